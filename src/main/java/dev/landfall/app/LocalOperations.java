package dev.landfall.app;

import dev.landfall.adapter.archive.ArchiveCheck;
import dev.landfall.adapter.folder.FolderBoard;
import dev.landfall.adapter.folder.FolderEvidence;
import dev.landfall.adapter.sqlite.SqliteJournal;
import dev.landfall.adapter.sqlite.SqliteLeases;
import dev.landfall.cli.CliProblem;
import dev.landfall.cli.Exit;
import dev.landfall.cli.GateOperations;
import dev.landfall.cli.Operations;
import dev.landfall.engine.Adapters;
import dev.landfall.engine.Archived;
import dev.landfall.engine.Board;
import dev.landfall.engine.Controller;
import dev.landfall.engine.Desk;
import dev.landfall.engine.EventCodec;
import dev.landfall.engine.Journal;
import dev.landfall.engine.Leases;
import dev.landfall.engine.RefusedException;
import dev.landfall.engine.Sight;
import dev.landfall.engine.Survey;
import dev.landfall.engine.WorkloadJson;
import dev.landfall.problem.Finding;
import dev.landfall.promotion.DataPlans;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Itinerary;
import dev.landfall.promotion.ModelAdvice;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verbs on a data folder of this machine. Wishes go to the journal; whoever holds the lease of
 * the workload carries them out, and when nobody does, this process does until the verb has ended.
 */
final class LocalOperations implements Operations {
  private static final Duration GLANCE = Duration.ofMillis(50);
  private static final Duration SHOWN_EVERY = Duration.ofMillis(500);
  private static final int LOOKS_FOR_THE_LOST = 4;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final Path data;
  private final Adapters adapters;
  private final InstantSource clock = InstantSource.system();
  private final Board board;
  private final Function<Path, Journal> opening;
  private @Nullable Journal journal;

  LocalOperations(Path data, Adapters adapters) {
    this(data, adapters, SqliteJournal::open);
  }

  /** With another journal: each verb opens it once, when it needs it. */
  LocalOperations(Path data, Adapters adapters, Function<Path, Journal> opening) {
    this.data = data;
    this.adapters = adapters;
    this.opening = opening;
    this.board = new FolderBoard(data);
  }

  @Override
  public List<Finding> check(Workload workload) {
    return Survey.preflight(workload, adapters);
  }

  @Override
  public ModelAdvice models(Workload workload) {
    Survey.Outlook outlook = Survey.outlook(workload, adapters, clock);
    return ModelAdvice.of(
        workload, outlook, Survey.lacking(workload, adapters, outlook), clock.instant());
  }

  @Override
  public Plan plan(Workload workload, Goal goal) {
    String hash = WorkloadJson.planHash(workload);
    Survey.Outlook outlook = Survey.outlook(workload, adapters, clock);
    return new Plan(
        workload.name(),
        hash,
        goal,
        Itinerary.of(workload, hash, goal, clock.instant(), outlook),
        Stream.of(GateRule.notes(workload), outlook.notes(), DataPlans.notes(workload))
            .flatMap(List::stream)
            .toList());
  }

  @Override
  public Ended promote(Workload workload, Goal until, Order order, Watcher watcher) {
    String hash = WorkloadJson.planHash(workload);
    return ordered(
        order.workload(),
        until,
        watcher,
        () -> Optional.of(desk().reach(workload, hash, until, order.by(), order.why())));
  }

  @Override
  public Ended rollback(Order order, Watcher watcher) {
    return asked(order, new Input.Ask.Reach(Goal.ROLLED_BACK), Goal.ROLLED_BACK, watcher);
  }

  @Override
  public Ended complete(Order order, Watcher watcher) {
    return asked(order, new Input.Ask.Reach(Goal.COMPLETED), Goal.COMPLETED, watcher);
  }

  @Override
  public Rehearsed rehearse(Order order, Optional<Tests> tests, Watcher watcher) {
    return desk()
        .find(order.workload())
        .map(promotion -> rehearsing().rehearse(promotion, order, tests, watcher))
        .orElseGet(() -> Rehearsing.unknown(unknown(order.workload())));
  }

  private Rehearsing rehearsing() {
    return new Rehearsing(desk(), adapters, clock);
  }

  @Override
  public Ended pause(Order order) {
    return answered(
        order.workload(),
        () -> desk().ask(order.workload(), new Input.Ask.Pause(), order.by(), order.why()),
        promotion ->
            new Ended(
                Exit.DONE,
                "",
                order.workload(),
                promotion.stateWord(),
                "no new cutover begins until: landfall resume " + order.workload(),
                false));
  }

  @Override
  public Ended resume(Order order, Watcher watcher) {
    return answered(
        order.workload(),
        () ->
            desk()
                .ask(
                    order.workload(),
                    new Input.Ask.Resume(Optional.of(order.by())),
                    order.by(),
                    order.why()),
        promotion -> await(order.workload(), promotion.goal(), Endings::asItIs, watcher));
  }

  @Override
  public Ended goOn(Order order, String flight) {
    return answered(
        order.workload(),
        () ->
            desk()
                .ask(
                    order.workload(),
                    new Input.Ask.GoOn(flight, order.why(), Optional.of(order.by())),
                    order.by(),
                    order.why()),
        promotion ->
            new Ended(
                Exit.DONE,
                "",
                order.workload(),
                promotion.stateWord(),
                "flight " + flight + " counts as passed; what comes next begins as soon as it may",
                false));
  }

  @Override
  public Ended fly(Order order, Optional<String> flight, Watcher watcher) {
    return answered(
        order.workload(),
        () ->
            desk()
                .ask(
                    order.workload(),
                    new Input.Ask.Fly(flight, order.why(), Optional.of(order.by())),
                    order.by(),
                    order.why()),
        promotion ->
            await(
                order.workload(),
                promotion.goal(),
                (now, _, looked) -> FlyingEndings.of(now, flight, looked),
                watcher));
  }

  @Override
  public Ended giveUp(Order order, Side lost, Watcher watcher) {
    Optional<Promotion> known = desk().find(order.workload());
    if (known.isEmpty()) {
      return unknown(order.workload());
    }
    Workload workload = known.get().workload();
    World world = patiently(workload, lost);
    Ended ended =
        ordered(
            order.workload(),
            Goal.COMPLETED,
            watcher,
            () ->
                desk()
                    .ask(
                        order.workload(),
                        new Input.Ask.GiveUp(lost, world, Optional.of(order.by())),
                        order.by(),
                        order.why()));
    if (ended.exit() != Exit.DONE) {
      return ended;
    }
    var lines = new ArrayList<String>(List.of(ended.message()));
    lines.addAll(Loss.of(workload, journal().read(order.workload(), 0)));
    return new Ended(
        ended.exit(),
        ended.code(),
        ended.workload(),
        ended.state(),
        String.join("\n  ", lines),
        ended.unattended());
  }

  /** A server that is restarted is not lost: it is looked for more than once. */
  private World patiently(Workload workload, Side lost) {
    try {
      World world = Survey.look(workload, adapters);
      for (int look = 1; look < LOOKS_FOR_THE_LOST && isSilent(workload, world, lost); look++) {
        Thread.sleep(BETWEEN_LOOKS);
        world = Survey.look(workload, adapters);
      }
      return world;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking for " + workload.name(), e);
    }
  }

  private static boolean isSilent(Workload workload, World world, Side side) {
    return workload.data().stream().noneMatch(asset -> world.data(asset.name()).on(side).spoke());
  }

  private Ended asked(Order order, Input.Ask ask, Goal goal, Watcher watcher) {
    return ordered(
        order.workload(),
        goal,
        watcher,
        () -> desk().ask(order.workload(), ask, order.by(), order.why()));
  }

  private Ended ordered(
      String workload, Goal goal, Watcher watcher, Supplier<Optional<Desk.Answer>> wish) {
    return answered(workload, wish, _ -> await(workload, goal, Endings::of, watcher));
  }

  private Ended answered(
      String workload, Supplier<Optional<Desk.Answer>> wish, Function<Promotion, Ended> then) {
    try {
      Optional<Desk.Answer> answer = wish.get();
      return answer
          .map(Desk.Answer::promotion)
          .map(then)
          .map(this::left)
          .orElseGet(() -> unknown(workload));
    } catch (RefusedException e) {
      String state = desk().find(workload).map(Promotion::stateWord).orElse("unknown");
      return new Ended(
          e.refusal().blocked() ? Exit.BLOCKED : Exit.REFUSED,
          e.refusal().id(),
          workload,
          state,
          String.valueOf(e.getMessage()),
          false);
    }
  }

  /** With what goes on behind a verb that ends. */
  private Ended left(Ended ended) {
    boolean alone =
        desk().find(ended.workload()).filter(StatusView::isLinked).isPresent()
            && !isDriven(ended.workload());
    return new Ended(
        ended.exit(), ended.code(), ended.workload(), ended.state(), ended.message(), alone);
  }

  /** Whether another process was seen to drive it just now. */
  private boolean isDriven(String workload) {
    return board
        .last(workload)
        .filter(notice -> StatusView.isFresh(notice, clock.instant()))
        .filter(notice -> !notice.controller().equals(Identity.here()))
        .isPresent();
  }

  private Ended unknown(String workload) {
    return new Ended(
        Exit.REFUSED,
        CliProblem.UNKNOWN.id(),
        workload,
        "unknown",
        "cannot find workload "
            + workload
            + " in "
            + data
            + "; landfall status lists those that are there, and landfall promote FILE begins one",
        false);
  }

  /** Watches until the goal is reached or cannot be, and drives if nobody else does. */
  private Ended await(String workload, Goal goal, Ending ending, Watcher watcher) {
    Instant begun = clock.instant();
    try (Leases leases = SqliteLeases.open(data);
        var controller =
            new Controller(journal(), leases, adapters, board, clock, Identity.here())) {
      controller.drive(workload);
      leases.wake(workload);
      Instant nextShow = Instant.MIN;
      String shown = "";
      while (true) {
        Promotion promotion =
            desk().find(workload).orElseThrow(() -> new IllegalStateException(workload));
        Optional<Board.Notice> notice = board.last(workload);
        Instant now = clock.instant();
        if (!promotion.stateWord().equals(shown) || !now.isBefore(nextShow)) {
          watcher.seen(StatusView.of(promotion, notice, now, begun));
          shown = promotion.stateWord();
          nextShow = now.plus(SHOWN_EVERY);
        }
        Optional<Ended> end = ending.of(promotion, goal, looked(notice, begun));
        if (end.isPresent()) {
          watcher.seen(StatusView.of(promotion, notice, now, begun));
          return end.get();
        }
        Thread.sleep(GLANCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while watching " + workload, e);
    }
  }

  /** Says when the waiting is over. */
  @FunctionalInterface
  private interface Ending {
    Optional<Ended> of(Promotion promotion, Goal goal, Optional<World> looked);
  }

  private static Optional<World> looked(Optional<Board.Notice> notice, Instant begun) {
    return notice
        .filter(seen -> seen.at().isAfter(begun))
        .map(seen -> EventCodec.value(seen.json(), Sight.class).world());
  }

  @Override
  public List<Status> status() {
    var all = new ArrayList<Status>();
    for (String workload : journal().workloads()) {
      desk().find(workload).map(this::status).ifPresent(all::add);
    }
    return all;
  }

  /** A rehearsal whose process died is ended by whoever asks first. */
  private Status status(Promotion promotion) {
    String workload = promotion.workload().name();
    if (promotion.rehearsals().underway().isEmpty()) {
      return StatusView.of(promotion, board.last(workload), clock.instant());
    }
    Optional<String> trouble = rehearsing().tidy(promotion);
    Promotion now = desk().find(workload).orElse(promotion);
    return StatusView.with(StatusView.of(now, board.last(workload), clock.instant()), trouble);
  }

  @Override
  public List<Journal.Entry> history(String workload) {
    return journal().read(workload, 0);
  }

  @Override
  public GateOperations gates() {
    return new Gating(desk(), adapters, new FolderEvidence(data), clock, this::unknown);
  }

  @Override
  public Journal.Audit audit() {
    return archiving().audit();
  }

  @Override
  public boolean goesOnFrom(String headHash) {
    return archiving().goesOnFrom(headHash);
  }

  @Override
  public Optional<Archived> export(String workload, Path file) {
    return archiving().export(workload, file);
  }

  @Override
  public Archived verify(Path file) {
    return ArchiveCheck.of(Archiving.PROGRAM, file);
  }

  private Archiving archiving() {
    return new Archiving(journal(), new FolderEvidence(data));
  }

  /** Drives everything in the data folder until the process is told to end. */
  void driveAll() throws InterruptedException {
    try (Leases leases = SqliteLeases.open(data);
        var controller =
            new Controller(journal(), leases, adapters, board, clock, Identity.here())) {
      controller.driveAll();
    }
  }

  private Desk desk() {
    return new Desk(journal(), clock);
  }

  private Journal journal() {
    if (journal == null) {
      journal = opening.apply(data);
    }
    return journal;
  }

  @Override
  public void close() {
    if (journal != null) {
      journal.close();
    }
  }
}
