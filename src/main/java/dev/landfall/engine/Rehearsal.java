package dev.landfall.engine;

import dev.landfall.engine.Journal.Entry;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Sandbox;
import dev.landfall.rehearsal.Timing;
import dev.landfall.rehearsal.Trial;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One rehearsal: a promotion there and back of clones of the target's data, by the same desk and
 * the same driver as the real one, on a journal and planes of its own. What is real is only read.
 */
public final class Rehearsal implements AutoCloseable {
  /** Longer than any copy that somebody would want to wait for. */
  private static final Duration LONGEST = Duration.ofDays(2);

  /** Shorter than a firewall or a pool in between lets a session be idle. */
  private static final Duration KEPT_EVERY = Duration.ofSeconds(30);

  private final Workload workload;
  private final Adapters adapters;
  private final Stage stage;
  private final InstantSource clock;
  private final SequencedMap<Asset.Data, Sandbox> sandboxes = new LinkedHashMap<>();

  /**
   * What a rehearsal is played on besides the clones.
   *
   * @param journal an empty one, which nobody else reads or writes
   * @param planes makes a plane that leads nobody, and can serve on both sides
   */
  public record Stage(Journal journal, Board board, Supplier<Router> planes) {}

  /** How a rehearsal ended. */
  public sealed interface Outcome {
    /**
     * Users and data would have been moved, and back.
     *
     * @param found the target's configuration, the same before and after
     * @param tests what was tried in between, and passed; absent when nothing was
     */
    record Passed(Configuration found, Timing there, Timing back, Optional<String> tests)
        implements Outcome {}

    /** It cannot be begun: something else must be done first. */
    record Blocked(List<Finding> findings) implements Outcome {
      public Blocked {
        findings = List.copyOf(findings);
      }
    }

    /** It did not come to its end. */
    record Failed(String why) implements Outcome {}
  }

  /**
   * Makes the ports to the clones, of which none is there yet.
   *
   * @throws OutsideException when a secret cannot be had
   */
  public Rehearsal(Workload workload, Adapters adapters, Stage stage, InstantSource clock) {
    this.workload = workload;
    this.adapters = adapters;
    this.stage = stage;
    this.clock = clock;
    for (Asset.Data asset : workload.data()) {
      adapters.sandbox(workload.name(), asset).ifPresent(sandbox -> sandboxes.put(asset, sandbox));
    }
  }

  /**
   * Takes the sole right to rehearse this workload; false when somebody else has it.
   *
   * @throws OutsideException when a target did not answer, or refused
   */
  public boolean claim() {
    return sandboxes.values().stream().allMatch(Sandbox::claim);
  }

  /**
   * Removes whatever this rehearsal, or an earlier one whose process died, has made.
   *
   * @throws OutsideException when a target did not answer, or refused; it may be given again
   */
  public void remove() {
    sandboxes.values().forEach(Sandbox::remove);
  }

  /**
   * Rehearses. What was made is still there afterwards, and is removed by {@link #remove}.
   *
   * @param trial what is tried on the promoted clones; absent for nothing
   * @param seen is told how far it is
   * @throws InterruptedException when somebody does not want to wait any longer
   */
  public Outcome run(Optional<Trial> trial, Consumer<Promotion> seen) throws InterruptedException {
    List<Finding> found =
        sandboxes.values().stream().flatMap(sandbox -> preflight(sandbox, trial)).toList();
    List<Finding> blocks = found.stream().filter(Finding::blocks).toList();
    if (!blocks.isEmpty()) {
      return new Outcome.Blocked(blocks);
    }
    trial.ifPresent(each -> found.forEach(each::warned));
    // The claim's sessions have nothing else to do for as long as a copy takes, or the tests.
    try (var _ = new Keeper(KEPT_EVERY, this::claim)) {
      Configuration before = Survey.inspect(workload, adapters);
      Outcome outcome = play(trial, seen, before);
      List<String> changes = before.changesTo(Survey.inspect(workload, adapters));
      return outcome instanceof Outcome.Passed && !changes.isEmpty()
          ? new Outcome.Failed(
              "the target was changed while it was rehearsed: " + String.join("; ", changes))
          : outcome;
    } catch (OutsideException e) {
      return new Outcome.Failed(String.valueOf(e.getMessage()));
    }
  }

  private static Stream<Finding> preflight(Sandbox sandbox, Optional<Trial> trial) {
    return Stream.concat(
        sandbox.preflight().stream(),
        trial.stream().flatMap(each -> sandbox.admissible(each.role()).stream()));
  }

  private Outcome play(Optional<Trial> trial, Consumer<Promotion> seen, Configuration found)
      throws InterruptedException {
    if (sandboxes.size() < workload.data().size()) {
      // Half a rehearsal would be taken for a whole one.
      return new Outcome.Failed("there is data of a kind that cannot be cloned");
    }
    Map<String, Asset.Data> clones = new LinkedHashMap<>();
    sandboxes.forEach((asset, sandbox) -> clones.put(asset.name(), sandbox.prepare()));
    var apart = new Apart(clones, adapters, stage.planes());
    Workload rehearsed = apart.of(workload);
    var desk = new Desk(stage.journal(), clock);
    try (var driver =
        new Driver(
            rehearsed.name(),
            stage.journal(),
            apart,
            Together.atOnce(),
            stage.board(),
            clock,
            "rehearsal")) {
      desk.reach(rehearsed, WorkloadJson.planHash(rehearsed), Goal.PROMOTED, "rehearsal", "");
      Optional<Outcome> there = drive(driver, desk, rehearsed, Phase.Rest.PROMOTED, seen);
      if (there.isPresent()) {
        return there.get();
      }
      Optional<Outcome> tried =
          trial.isPresent() ? tried(trial.get(), List.copyOf(clones.values())) : Optional.empty();
      if (tried.isPresent()) {
        return tried.get();
      }
      var ask = new Input.Ask.Reach(Goal.ROLLED_BACK);
      if (desk.ask(rehearsed.name(), ask, "rehearsal", "").isEmpty()) {
        throw new IllegalStateException("the rehearsal has lost its journal");
      }
      Optional<Outcome> back = drive(driver, desk, rehearsed, Phase.Rest.ROLLED_BACK, seen);
      if (back.isPresent()) {
        return back.get();
      }
    }
    List<Timing> timings = Timings.of(events(rehearsed.name()));
    return new Outcome.Passed(found, timings.getFirst(), timings.getLast(), trial.map(Trial::name));
  }

  /** Absent when the tests passed. Whoever was let in is put out again, however they end. */
  private Optional<Outcome> tried(Trial trial, List<Asset.Data> clones)
      throws InterruptedException {
    try {
      sandboxes.values().forEach(sandbox -> sandbox.admit(trial.role()));
      return trial.run(clones).map(Outcome.Failed::new);
    } finally {
      sandboxes.values().forEach(sandbox -> sandbox.dismiss(trial.role()));
    }
  }

  /** Absent when it came to rest where it should. */
  private Optional<Outcome> drive(
      Driver driver, Desk desk, Workload rehearsed, Phase.Rest end, Consumer<Promotion> seen)
      throws InterruptedException {
    Instant last = clock.instant().plus(LONGEST);
    while (clock.instant().isBefore(last)) {
      Optional<Duration> wait = driver.turn();
      Promotion promotion = desk.find(rehearsed.name()).orElseThrow();
      seen.accept(promotion);
      Optional<Outcome> ended = ended(promotion);
      if (ended.isPresent()) {
        return ended;
      }
      if (promotion.phase() instanceof Phase.Resting resting && resting.rest() == end) {
        return Optional.empty();
      }
      Thread.sleep(wait.orElse(Duration.ZERO));
    }
    return Optional.of(
        new Outcome.Failed("it was not over within " + LONGEST.toHours() + " hours"));
  }

  private static Optional<Outcome> ended(Promotion promotion) {
    return switch (promotion.phase()) {
      case Phase.Registered registered -> {
        List<Finding> blocks = registered.findings().stream().filter(Finding::blocks).toList();
        yield blocks.isEmpty() ? Optional.empty() : Optional.of(new Outcome.Blocked(blocks));
      }
      case Phase.Parked parked -> Optional.of(new Outcome.Failed(parked.why()));
      case Phase.Resting resting
          when promotion.goal() == resting.rest().goal() && resting.attempts() > 0 ->
          Optional.of(
              new Outcome.Failed(
                  resting.attempts()
                      + " cutovers were abandoned, the last because "
                      + resting.lastFailure().orElse("of something unknown")));
      case Phase.Resting _, Phase.Replicating _, Phase.CuttingOver _, Phase.Undoing _ ->
          Optional.empty();
      case Phase.Severing _, Phase.Completed _, Phase.GivingUp _, Phase.GivenUp _ ->
          throw new IllegalStateException("a rehearsal severs nothing: " + promotion.stateWord());
    };
  }

  private List<Event> events(String rehearsed) {
    var events = new ArrayList<Event>();
    for (Entry entry : stage.journal().read(rehearsed, 0)) {
      events.add(EventCodec.read(entry.draft().type(), entry.draft().payload()));
    }
    return events;
  }

  @Override
  public void close() {
    sandboxes.values().forEach(Sandbox::close);
  }
}
