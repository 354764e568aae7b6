package dev.landfall.promotion;

import dev.landfall.problem.Finding;
import dev.landfall.promotion.Phase.CuttingOver;
import dev.landfall.promotion.Phase.Parked;
import dev.landfall.promotion.Phase.Registered;
import dev.landfall.promotion.Phase.Replicating;
import dev.landfall.promotion.Phase.Resting;
import dev.landfall.promotion.Phase.Severing;
import dev.landfall.promotion.Phase.Undoing;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Leak;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Says what follows from what was seen, asked or failed. */
public final class Decider {
  private Decider() {}

  /** What follows from an input at this moment. */
  public static Decision decide(Promotion promotion, Input input, Instant now) {
    return switch (input) {
      case Input.Seen(World world) -> new Decision.Events(seen(promotion, world, now));
      case Input.Preflighted(List<Finding> findings) ->
          new Decision.Events(preflighted(promotion, findings, now));
      case Input.Measured measured ->
          new Decision.Events(Flights.measured(promotion, measured, now));
      case Input.Baselined baselined ->
          new Decision.Events(Flights.baselined(promotion, baselined, now));
      case Input.Failed failed ->
          new Decision.Events(
              undoIfOpen(promotion, "cannot " + failed.what() + ": " + failed.why(), now));
      case Input.NotEnded(String what, String why) ->
          Revocation.isDue(promotion)
              ? Decision.of(new Event.AccessLeft("cannot " + what + ": " + why, now))
              : Decision.NOTHING;
      case Input.TookOver _ ->
          new Decision.Events(
              undoIfOpen(promotion, "the controller was replaced in the middle of it", now));
      case Input.Crashed(String why) ->
          new Decision.Events(crashed(promotion, "an error in the program: " + why, now));
      case Input.Ask ask -> Wishes.decide(promotion, ask, now);
    };
  }

  private static List<Event> preflighted(Promotion promotion, List<Finding> findings, Instant now) {
    if (!(promotion.phase() instanceof Registered registered)) {
      return List.of();
    }
    if (findings.stream().noneMatch(Finding::blocks)) {
      return List.of(new Event.PreflightPassed(findings, now));
    }
    return findings.equals(registered.findings())
        ? List.of()
        : List.of(new Event.PreflightRefused(findings));
  }

  /** What users wait for, or is half done, is never left to wait for a person. */
  private static List<Event> crashed(Promotion promotion, String why, Instant now) {
    return switch (promotion.phase()) {
      case CuttingOver(Cutover cutover, _) when !cutover.committed() ->
          List.of(abandon(promotion, cutover, why, true, now));
      case CuttingOver _, Undoing _, Parked _, Phase.Completed _ -> List.of();
      case Phase.GivingUp _, Phase.GivenUp _ -> List.of();
      case Registered _, Replicating _, Resting _, Severing _ ->
          List.of(new Event.ParkedFor(why, now));
    };
  }

  private static List<Event> undoIfOpen(Promotion promotion, String why, Instant now) {
    return promotion.phase() instanceof CuttingOver(Cutover cutover, _) && !cutover.committed()
        ? List.of(abandon(promotion, cutover, why, false, now))
        : List.of();
  }

  static Event.CutoverAbandoned abandon(
      Promotion promotion, Cutover cutover, String why, boolean park, Instant now) {
    return new Event.CutoverAbandoned(promotion.epoch() + 1, now, cutover.step(), why, park);
  }

  private static List<Event> seen(Promotion promotion, World world, Instant now) {
    List<Event> counted = SharedRules.counted(promotion, world, now);
    return counted.isEmpty() ? follows(promotion, world, now) : counted;
  }

  private static List<Event> follows(Promotion promotion, World world, Instant now) {
    return switch (promotion.phase()) {
      case Registered _ -> List.of();
      case Replicating _ ->
          parkIfWrong(promotion, world, now).orElseGet(() -> replicating(promotion, world, now));
      case Resting resting when promotion.sharing().isOpen() ->
          SharedRules.resting(promotion, resting, world, now);
      case Resting resting ->
          parkIfWrong(promotion, world, now)
              .orElseGet(() -> resting(promotion, resting, world, now));
      case CuttingOver(Cutover cutover, _) -> CutoverRules.next(promotion, cutover, world, now);
      case Undoing undoing -> undoing(promotion, undoing, world, now);
      case Severing severing -> severing(promotion, severing, world, now);
      case Phase.GivingUp(Side lost, _) ->
          Course.reached(promotion, world)
              ? List.of(new Event.WentOnAlone(lost.other(), now))
              : List.of();
      case Phase.GivenUp(Side lost, _) ->
          Course.reached(promotion, world)
              ? List.of(new Event.Severed(lost.other(), now))
              : List.of();
      case Parked _ when promotion.sharing().isOpen() -> SharedRules.parked(promotion, world, now);
      case Phase.Completed _, Parked _ -> List.of();
    };
  }

  private static List<Event> replicating(Promotion promotion, World world, Instant now) {
    if (!Readiness.inStep(promotion, world, Side.SOURCE).isEmpty()) {
      return List.of();
    }
    long rows =
        promotion.workload().data().stream()
            .mapToLong(asset -> world.data(asset.name()).check().rowsCompared())
            .sum();
    return List.of(new Event.Staged(now, rows));
  }

  private static List<Event> resting(
      Promotion promotion, Resting resting, World world, Instant now) {
    Side owner = resting.rest().owner();
    if (Revocation.isDue(promotion) && Revocation.isSeen(promotion, world)) {
      return List.of(ended(promotion, now));
    }
    if (promotion.paused()) {
      return List.of();
    }
    if (promotion.goal() == Goal.COMPLETED && owner == Side.TARGET && !Flights.areNext(promotion)) {
      return Readiness.forSevering(promotion, world).isEmpty()
          ? List.of(new Event.SeveringBegun(owner, promotion.epoch() + 1, now))
          : List.of();
    }
    if (owner == Side.TARGET || !isLeaving(promotion, owner)) {
      return GateRule.pass(promotion, world, leaving(promotion, resting, world, now), now);
    }
    return RehearsalGate.missing(promotion, now)
        .or(() -> GateRule.missing(promotion, now))
        .map(List::of)
        .orElseGet(() -> {
          List<Event> next = leaving(promotion, resting, world, now);
          return GateRule.pass(
              promotion, world, RehearsalGate.pass(promotion, world, next, now), now);
        });
  }

  private static boolean isLeaving(Promotion promotion, Side owner) {
    return moves(promotion.goal(), owner)
        || (promotion.goal() == Goal.PROMOTED && Flights.areNext(promotion));
  }

  private static Event ended(Promotion promotion, Instant now) {
    var ended = new TreeMap<String, List<String>>();
    promotion.workload().access().forEach(access -> ended.put(access.name(), access.roles()));
    return new Event.AccessEnded(ended, now);
  }

  /**
   * No other attempt is made by itself. While both sides accept writes this must not take the goal
   * away, which would bring everybody back for what hindered only the data.
   */
  private static Event exhausted(Promotion promotion, Resting resting, Instant now) {
    return promotion.sharing().isOpen()
        ? new Event.ParkedFor(
            "the data could not follow its users, "
                + resting.attempts()
                + " times, the last because "
                + resting.lastFailure().orElse("of something unknown"),
            now)
        : new Event.AttemptsExhausted(resting.attempts(), resting.lastFailure());
  }

  /**
   * What moves users on from where they are, or towards it; empty while something is waited for.
   */
  static List<Event> leaving(Promotion promotion, Resting resting, World world, Instant now) {
    Side owner = resting.rest().owner();
    if (promotion.paused()) {
      return List.of();
    }
    if (promotion.goal() == Goal.PROMOTED && Flights.areNext(promotion)) {
      return Flights.next(promotion, world, now);
    }
    if (!moves(promotion.goal(), owner)) {
      return List.of();
    }
    var limits = promotion.workload().limits();
    if (resting.attempts() >= limits.cutoverAttemptsMax()) {
      return List.of(exhausted(promotion, resting, now));
    }
    Side to = owner.other();
    if (now.isBefore(resting.notBefore())
        || !Readiness.forCutover(promotion, world, to).isEmpty()) {
      return List.of();
    }
    long epoch = promotion.epoch() + 1;
    return List.of(
        new Event.CutoverBegun(to, epoch, "cutover-" + epoch, now, now.plus(limits.hold())));
  }

  /** Whether a goal means that users leave this side. */
  static boolean moves(Goal goal, Side owner) {
    return switch (goal) {
      case PROMOTED -> owner == Side.SOURCE;
      case ROLLED_BACK -> owner == Side.TARGET;
      case STAGED, COMPLETED -> false;
    };
  }

  private static List<Event> undoing(
      Promotion promotion, Undoing undoing, World world, Instant now) {
    if (!Course.reached(promotion, world)) {
      return List.of();
    }
    Duration pause = promotion.workload().limits().retryPause();
    int doublings = Math.min(undoing.back().attempts(), 10);
    return List.of(new Event.CutoverUndone(now, now.plus(pause.multipliedBy(1L << doublings))));
  }

  private static List<Event> severing(
      Promotion promotion, Severing severing, World world, Instant now) {
    return Course.reached(promotion, world)
        ? List.of(new Event.Severed(severing.owner(), now))
        : List.of();
  }

  /** A leak or a link that is beyond repair stops everything until a person has looked. */
  private static Optional<List<Event>> parkIfWrong(Promotion promotion, World world, Instant now) {
    return wrong(promotion, world).map(why -> List.of(new Event.ParkedFor(why, now)));
  }

  /** What must not be, seen anywhere in the data; absent when nothing is wrong. */
  static Optional<String> wrong(Promotion promotion, World world) {
    return leak(promotion, world).or(() -> broken(promotion, world, promotion.owner()));
  }

  /** A write that went around a fence, and that nobody has accepted; absent when none did. */
  static Optional<String> leak(Promotion promotion, World world) {
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      Optional<String> leak =
          seen.leaks().stream()
              .map(each -> words(asset, each))
              .filter(words -> !promotion.acceptedLeaks().contains(words))
              .findFirst();
      if (leak.isPresent()) {
        return leak;
      }
    }
    return Optional.empty();
  }

  /** What keeps the writes of a side from arriving at the other by themselves. */
  static Optional<String> broken(Promotion promotion, World world, Side from) {
    return promotion.workload().data().stream()
        .filter(asset -> world.data(asset.name()).from(from).isWrong())
        .findFirst()
        .map(asset ->
            asset.name()
                + ": the link from the "
                + from.word()
                + (world.data(asset.name()).from(from).keeps() ? " is stuck: " : " is broken: ")
                + world
                    .data(asset.name())
                    .from(from)
                    .fault()
                    .orElse("for no reason that it gives"));
  }

  /** A leak as a sentence, which also identifies it. */
  private static String words(Asset.Data asset, Leak leak) {
    return asset.name()
        + ": a write went around the fence of the "
        + leak.side().word()
        + ": "
        + leak.table()
        + " "
        + leak.key();
  }
}
