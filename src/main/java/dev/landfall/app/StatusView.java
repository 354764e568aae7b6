package dev.landfall.app;

import dev.landfall.cli.Operations.Measure;
import dev.landfall.cli.Operations.Status;
import dev.landfall.engine.Board;
import dev.landfall.engine.EventCodec;
import dev.landfall.engine.Sight;
import dev.landfall.promotion.Cutover;
import dev.landfall.promotion.FlightReport;
import dev.landfall.promotion.Flights;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Glass;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Readiness;
import dev.landfall.promotion.Rehearsals;
import dev.landfall.promotion.Sharing;
import dev.landfall.promotion.World;
import dev.landfall.replication.CopyProgress;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.LinkSeen;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a promotion and what was last seen of it into the words of the command line. */
final class StatusView {
  /** How old a notice may be before it is said that nobody drives the promotion. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private static final int CONFLICTS_SHOWN = 10;

  private StatusView() {}

  /** As somebody sees it who does not drive it. */
  static Status of(Promotion promotion, Optional<Board.Notice> notice, Instant now) {
    return of(promotion, notice, now, Instant.MIN);
  }

  /**
   * As a verb sees it that drives what nobody else does.
   *
   * @param begun when it began to: its first look takes a moment
   */
  static Status of(Promotion promotion, Optional<Board.Notice> notice, Instant now, Instant begun) {
    Optional<Board.Notice> fresh = notice.filter(seen -> isFresh(seen, now));
    Optional<Sight> sight = fresh.map(seen -> EventCodec.value(seen.json(), Sight.class));
    boolean done = promotion.phase() instanceof Phase.Completed;
    return new Status(
        promotion.workload().name(),
        promotion.paused() ? promotion.stateWord() + ", paused" : promotion.stateWord(),
        promotion.goal().word(),
        since(promotion.phase()),
        Flights.whereUsersAre(promotion),
        acceptsWrites(promotion) ? Optional.of(owner(promotion)) : Optional.empty(),
        done ? List.of() : sight.map(Sight::waits).orElse(List.of()),
        done
            ? Optional.empty()
            : trouble(sight, fresh.isPresent() || begun.isAfter(now.minus(FRESH)), promotion, now),
        sight.map(seen -> measures(seen.world(), promotion)).orElse(List.of()),
        FlightReport.of(promotion),
        notes(promotion, sight, now));
  }

  /** The same, with what else is wrong. */
  static Status with(Status status, Optional<String> trouble) {
    return new Status(
        status.workload(),
        status.state(),
        status.goal(),
        status.since(),
        status.users(),
        status.owner(),
        status.waits(),
        trouble.or(status::trouble),
        status.measures(),
        status.flight(),
        status.notes());
  }

  /** Where a rehearsal stands, not the promotion itself. */
  static Status rehearsing(Status rehearsal) {
    return new Status(
        rehearsal.workload(),
        "rehearsing: " + rehearsal.state(),
        rehearsal.goal(),
        rehearsal.since(),
        rehearsal.users(),
        rehearsal.owner(),
        rehearsal.waits(),
        rehearsal.trouble(),
        rehearsal.measures(),
        rehearsal.flight(),
        List.of());
  }

  private static List<String> notes(Promotion promotion, Optional<Sight> sight, Instant now) {
    var notes = new ArrayList<String>();
    Rehearsals rehearsals = promotion.rehearsals();
    boolean onSource = promotion.owner() == Side.SOURCE;
    if (onSource && promotion.phase() instanceof Phase.Resting resting) {
      if (resting.rest() == Phase.Rest.MIGRATED) {
        notes.add("migrated, not promoted: the link is up and the target is fenced");
      }
      if (rehearsals.passed().isEmpty() && promotion.workload().rehearsalRequired()) {
        notes.add("not rehearsed yet, which a promotion needs: landfall rehearse");
      }
    }
    rehearsals
        .underway()
        .ifPresent(underway -> notes.add("a rehearsal goes on since " + underway.since()));
    rehearsals
        .passed()
        .filter(_ -> onSource)
        .ifPresent(passed -> {
          boolean same = passed.planHash().equals(promotion.planHash());
          notes.add(
              "rehearsed at "
                  + passed.at()
                  + (same ? ": there " : " by another workload file: there ")
                  + Rehearsing.words(passed.there())
                  + Rehearsing.tried(passed.tests()));
        });
    if (promotion.revocation().ended()) {
      promotion
          .workload()
          .access()
          .forEach(access ->
              notes.add(
                  "the access of "
                      + String.join(", ", access.roles())
                      + " to the target of "
                      + access.asset()
                      + " was ended with the promotion"));
    }
    promotion.revocation().failure().ifPresent(notes::add);
    if (onSource) {
      notes.add(
          promotion
              .workload()
              .gates()
              .map(plan ->
                  plan.gates().size()
                      + " gates: landfall ready "
                      + promotion.workload().name()
                      + " says how they stand")
              .orElse(GateRule.UNGATED));
    }
    promotion.gates().loosened().forEach(how -> notes.add("gates were loosened: " + how));
    notes.addAll(Glass.notes(promotion));
    notes.addAll(Glass.demands(promotion, now));
    rehearsals
        .withheld()
        .filter(withheld -> onSource || withheld.reason() == Rehearsals.Reason.GATES)
        .ifPresent(withheld -> notes.add("not promoted: " + String.join("; ", withheld.why())));
    notes.addAll(conflicts(promotion));
    sight.ifPresent(seen -> {
      notes.addAll(ArrivalsView.of(seen.world()));
      Readiness.unable(seen.world()).stream()
          .filter(each -> !seen.waits().contains(each))
          .forEach(notes::add);
    });
    return notes;
  }

  /** Who accepts writes. */
  private static String owner(Promotion promotion) {
    return promotion.sharing().isOpen() ? "both" : promotion.owner().word();
  }

  /** Rows written on both sides, counted since both accepted writes the last time. */
  private static List<String> conflicts(Promotion promotion) {
    List<Sharing.Found> found = promotion.sharing().conflicts();
    int shown = Math.min(CONFLICTS_SHOWN, found.size());
    var notes = new ArrayList<String>();
    found.subList(0, shown).forEach(each -> notes.add("conflict: " + each.words()));
    if (found.size() > shown) {
      notes.add("and " + (found.size() - shown) + " conflicts more, which landfall history has");
    }
    return notes;
  }

  /** Whether whoever showed it may be taken to drive still. */
  static boolean isFresh(Board.Notice notice, Instant now) {
    return notice.at().isAfter(now.minus(FRESH));
  }

  private static Optional<String> trouble(
      Optional<Sight> sight, boolean driven, Promotion promotion, Instant now) {
    if (promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
        && now.isBefore(cutover.holdEnds().plus(FRESH))) {
      return Optional.empty(); // While users are held nothing is shown, so silence means nothing.
    }
    if (!driven) {
      return Optional.of(
          "no controller drives it now, and both servers keep log for slots that nobody reads;"
              + " landfall controller does");
    }
    return sight.flatMap(Sight::trouble).or(() -> sight.flatMap(seen -> alarm(seen.world())));
  }

  private static Optional<String> alarm(World world) {
    return world.data().values().stream()
        .flatMap(seen -> seen.alarms().stream())
        .findFirst()
        .or(() -> named(world));
  }

  /** Who keeps to no rule by which one could wait for them, as a sentence; absent when nobody. */
  static Optional<String> named(World world) {
    return world.routes().entrySet().stream()
        .filter(each -> each.getValue().settling().filter(s -> !s.named().isEmpty()).isPresent())
        .map(each ->
            "route "
                + each.getKey()
                + " does not reach everybody: "
                + String.join("; ", each.getValue().settling().orElseThrow().named()))
        .findFirst();
  }

  private static boolean acceptsWrites(Promotion promotion) {
    return !(promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
        && (cutover.step() == Cutover.Step.DRAINING || cutover.step() == Cutover.Step.PROVING));
  }

  /** When the state was reached; absent before anything outside was touched. */
  private static Optional<Instant> since(Phase phase) {
    return switch (phase) {
      case Phase.Registered _ -> Optional.empty();
      case Phase.Replicating(Instant since) -> Optional.of(since);
      case Phase.Resting resting -> Optional.of(resting.since());
      case Phase.CuttingOver(Cutover cutover, _) -> Optional.of(cutover.begun());
      case Phase.Undoing undoing -> Optional.of(undoing.cutover().begun());
      case Phase.Severing severing -> Optional.of(severing.since());
      case Phase.Completed completed -> Optional.of(completed.since());
      case Phase.GivingUp(_, Instant since) -> Optional.of(since);
      case Phase.GivenUp(_, Instant since) -> Optional.of(since);
      case Phase.Parked parked -> Optional.of(parked.since());
    };
  }

  private static List<Measure> measures(World world, Promotion promotion) {
    var measures = new ArrayList<Measure>();
    world
        .data()
        .forEach((name, seen) -> {
          String prefix = world.data().size() > 1 ? name + " " : "";
          measures.addAll(of(prefix, seen, promotion.owner()));
          if (promotion.sharing().isOpen()) {
            seen.fromTarget()
                .lag()
                .ifPresent(
                    lag -> measures.add(new Measure(prefix + "lag back", lag.toMillis(), "ms")));
          }
        });
    world
        .routes()
        .forEach((name, seen) ->
            seen.order()
                .map(order -> share("route " + name + " to target", order.cohort().share()))
                .ifPresent(measures::add));
    return measures;
  }

  private static Measure share(String name, int tenThousandths) {
    return tenThousandths % 100 == 0
        ? new Measure(name, tenThousandths / 100, "%")
        : new Measure(name, tenThousandths, "of 10,000");
  }

  private static List<Measure> of(String prefix, DataSeen seen, Side owner) {
    var measures = new ArrayList<Measure>();
    LinkSeen link = seen.from(owner);
    if (link.phase() == LinkSeen.Phase.COPYING) {
      link.copy().ifPresent(copy -> measures.addAll(of(prefix, copy)));
      return measures;
    }
    link.lag().ifPresent(lag -> measures.add(new Measure(prefix + "lag", lag.toMillis(), "ms")));
    link.lagBytes()
        .ifPresent(bytes -> measures.add(new Measure(prefix + "lag in log", bytes, "bytes")));
    if (seen.check().baselineFrom().isEmpty() && link.phase() == LinkSeen.Phase.FOLLOWING) {
      measures.add(
          new Measure(prefix + "compared", Math.round(seen.check().progressPercent()), "%"));
    }
    measures.add(new Measure(prefix + "rows to compare", seen.check().pendingRows(), "rows"));
    long refused = seen.on(owner.other()).refusedWrites();
    if (refused > 0) {
      measures.add(
          new Measure(prefix + "writes refused by the " + owner.other().word(), refused, "writes"));
    }
    return measures;
  }

  private static List<Measure> of(String prefix, CopyProgress copy) {
    var measures = new ArrayList<Measure>();
    measures.add(new Measure(prefix + "rows copied", copy.rowsDone(), "rows"));
    measures.add(new Measure(prefix + "rows in all, about", copy.rowsEstimated(), "rows"));
    measures.add(new Measure(prefix + "tables copied", copy.tablesDone(), "tables"));
    measures.add(new Measure(prefix + "rate", Math.round(copy.bytesPerSecond()), "bytes/s"));
    copy.left()
        .ifPresent(left -> measures.add(new Measure(prefix + "time left", left.toSeconds(), "s")));
    return measures;
  }

  /** Whether a side keeps writes for the other, which somebody has to carry over. */
  static boolean isLinked(Promotion promotion) {
    return switch (promotion.phase()) {
      case Phase.Registered _, Phase.Completed _, Phase.GivenUp _ -> false;
      case Phase.Parked(Phase was, _, _) -> !(was instanceof Phase.Registered);
      case Phase.Replicating _, Phase.Resting _ -> true;
      case Phase.CuttingOver _, Phase.Undoing _, Phase.Severing _, Phase.GivingUp _ -> true;
    };
  }
}
