package dev.landfall.promotion;

import dev.landfall.promotion.Phase.Resting;
import dev.landfall.replication.Conflict;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Difference;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules while both sides accept writes: who changes sides does so only when the other side has
 * everything that he wrote, and whatever shows that this cannot be kept up brings everybody back.
 */
final class SharedRules {
  private static final String BACK =
      "everybody is to come back to the source, and what they wrote on the target cannot: ";

  private static final int NAMED_MAX = 5;

  private SharedRules() {}

  /** Whether the next thing to be done is to have the data follow its users. */
  static boolean isLast(Promotion promotion) {
    return promotion.goal() == Goal.PROMOTED && !Flights.areNext(promotion);
  }

  /** What follows at rest, while both sides accept writes. */
  static List<Event> resting(Promotion promotion, Resting resting, World world, Instant now) {
    if (promotion.isComingBack()) {
      return comingBack(promotion, resting, world, now);
    }
    Optional<String> trouble = wrong(promotion, world, false);
    if (trouble.isPresent()) {
      return List.of(failed(promotion, trouble.get(), now));
    }
    return Decider.wrong(promotion, world)
        .<List<Event>>map(why -> List.of(new Event.ParkedFor(why, now)))
        .orElseGet(() -> GateRule.lead(promotion, resting, world, now));
  }

  /**
   * What is waited for by a person does not make two owners any safer: whoever can be brought back
   * is, and what is found is counted.
   */
  static List<Event> parked(Promotion promotion, World world, Instant now) {
    return promotion.isComingBack()
        ? List.of()
        : wrong(promotion, world, false)
            .<List<Event>>map(why -> List.of(failed(promotion, why, now)))
            .orElse(List.of());
  }

  /**
   * What keeps both sides from accepting writes any longer; absent when nothing does.
   *
   * @param back whether everybody comes back just now: then only what keeps them from it counts
   */
  static Optional<String> wrong(Promotion promotion, World world, boolean back) {
    return back ? standingInTheWay(promotion, world) : wrong(promotion, world);
  }

  private static Optional<String> wrong(Promotion promotion, World world) {
    return tooMany(promotion).or(() -> trouble(promotion, world));
  }

  /** Whether all that both sides wrote at once is found as soon as it can be. */
  static boolean isCounted(Promotion promotion, World world) {
    return !promotion.sharing().isOpen()
        || promotion.workload().data().stream()
            .allMatch(asset -> world.data(asset.name()).shared().uncounted().isEmpty());
  }

  /** Everybody is to come back, and why is kept. */
  static Event failed(Promotion promotion, String why, Instant now) {
    return new Event.FlightFailed(promotion.flown().number(), 0, promotion.epoch(), now, why);
  }

  /**
   * Each is counted once, in the journal: whoever drives next must know how many there were. That
   * goes on in every step of a cutover, and after everybody has come back.
   */
  static List<Event> counted(Promotion promotion, World world, Instant now) {
    var events = new ArrayList<Event>();
    Sharing known = promotion.sharing();
    if (!known.counts()) {
      return events;
    }
    for (Asset.Data asset : promotion.workload().data()) {
      for (Conflict conflict : seen(promotion, world.data(asset.name()))) {
        var found = new Sharing.Found(asset.name(), conflict);
        if (!known.counts(found)) {
          known = known.with(found);
          events.add(new Event.ConflictFound(asset.name(), conflict, now));
        }
      }
    }
    return events;
  }

  /** Rows that differ for certain although all has arrived were written on both sides, too. */
  private static List<Conflict> seen(Promotion promotion, DataSeen seen) {
    var all = new ArrayList<>(seen.shared().conflicts());
    if (promotion.sharing().isOpen()) {
      seen.check().differences().stream()
          .filter(each -> !each.key().equals(Difference.WHOLE))
          .map(each ->
              new Conflict(
                  each.table(), each.key(), each.what() + ", although all has arrived", ""))
          .forEach(all::add);
    }
    return all;
  }

  private static int conflictsMax(Promotion promotion) {
    return promotion.workload().flights().map(FlightPlan::conflictsMax).orElse(0);
  }

  private static Optional<String> tooMany(Promotion promotion) {
    List<Sharing.Found> found = promotion.sharing().conflicts();
    int most = conflictsMax(promotion);
    return found.size() > most
        ? Optional.of(
            (found.size() == 1 ? "a row was" : found.size() + " rows were")
                + " written on both sides at once, and "
                + (most == 0 ? "none" : "no more than " + most)
                + " may be: "
                + found.getLast().words())
        : Optional.empty();
  }

  /** What keeps both sides from accepting writes any longer. */
  private static Optional<String> trouble(Promotion promotion, World world) {
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      if (seen.shared().crowded().isPresent()) {
        return Optional.of(asset.name() + ": " + seen.shared().crowded().get());
      }
    }
    return Decider.broken(promotion, world, Side.SOURCE)
        .or(() -> Decider.broken(promotion, world, Side.TARGET));
  }

  private static List<Event> comingBack(
      Promotion promotion, Resting resting, World world, Instant now) {
    Limits limits = promotion.workload().limits();
    Optional<String> stuck = standingInTheWay(promotion, world);
    if (stuck.isPresent()) {
      return List.of(new Event.ParkedFor(stuck.get(), now));
    }
    if (resting.attempts() >= limits.cutoverAttemptsMax()) {
      return List.of(
          new Event.ParkedFor(
              "everybody is to come back to the source and could not, "
                  + resting.attempts()
                  + " times, the last because "
                  + resting.lastFailure().orElse("of something unknown"),
              now));
    }
    if (now.isBefore(resting.notBefore()) || !forComingBack(promotion, world).isEmpty()) {
      return List.of();
    }
    long epoch = promotion.epoch() + 1;
    return List.of(
        new Event.CutoverBegun(
            Side.SOURCE, epoch, "return-" + epoch, now, now.plus(limits.hold())));
  }

  /** To bring users back without what they wrote would be to lose it: why that would be so. */
  private static Optional<String> standingInTheWay(Promotion promotion, World world) {
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      if (seen.fromTarget().isWrong()) {
        return Optional.of(standing(promotion, asset, seen.fromTarget()));
      }
      if (seen.shared().uncarried().isPresent()) {
        return Optional.of(
            BACK
                + asset.name()
                + ": "
                + seen.shared().uncarried().get()
                + "; bring these rows to the source yourself and drop the table on the target");
      }
      if (seen.fromSource().phase() == LinkSeen.Phase.BROKEN
          && seen.source().fence() == Fence.FENCED) {
        return Optional.of(
            "everybody is to come back to the source, and it cannot be opened: "
                + Decider.broken(promotion, world, Side.SOURCE).orElse(asset.name()));
      }
    }
    return Optional.empty();
  }

  /** Which row it is only the server's log says for sure: what both sides wrote is a guess. */
  private static String standing(Promotion promotion, Asset.Data asset, LinkSeen link) {
    List<String> found =
        promotion.sharing().conflicts().stream()
            .filter(each -> each.asset().equals(asset.name()))
            .map(Sharing.Found::words)
            .limit(NAMED_MAX)
            .toList();
    return BACK
        + asset.name()
        + ": the link from the target is "
        + (link.keeps() ? "stuck: " : "broken: ")
        + link.fault().orElse("for no reason that it gives")
        + (link.keeps()
            ? "; the log of the source's server names the row that stands in the way: give it, or"
                + " the one of the other side, another key"
                + (found.isEmpty()
                    ? ""
                    : "; written on both sides were " + String.join(", ", found))
            : "; the log of the target is lost, so compare both sides and carry its rows yourself");
  }

  /** What keeps everybody from being brought back. */
  static List<String> forComingBack(Promotion promotion, World world) {
    var waits = new ArrayList<>(besidesOccupation(promotion, world));
    for (Asset.Data asset : promotion.workload().data()) {
      world
          .data(asset.name())
          .target()
          .occupied()
          .ifPresent(held -> waits.add(asset.name() + ": target: " + held.words()));
    }
    return waits;
  }

  /** The same, except for what keeps the target's fence from being closed. */
  static List<String> besidesOccupation(Promotion promotion, World world) {
    var waits = new ArrayList<String>();
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      for (Side side : Side.values()) {
        seen.on(side)
            .fault()
            .ifPresent(why -> waits.add(asset.name() + ": " + side.word() + ": " + why));
      }
      Readiness.link(promotion, seen, Side.TARGET)
          .ifPresent(wait -> waits.add(asset.name() + ": from the target: " + wait));
    }
    world
        .routes()
        .forEach((name, seen) -> seen.fault().ifPresent(why -> waits.add(name + ": " + why)));
    return waits;
  }

  /** What keeps both sides from being in step while both accept writes. */
  static List<String> inStep(Promotion promotion, World world) {
    var waits = new ArrayList<String>();
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      for (Side side : Side.values()) {
        SideSeen on = seen.on(side);
        on.fault().ifPresent(why -> waits.add(asset.name() + ": " + side.word() + ": " + why));
        Readiness.link(promotion, seen, side)
            .ifPresent(wait -> waits.add(asset.name() + ": from the " + side.word() + ": " + wait));
        if (on.fence() != Fence.OPEN) {
          waits.add(asset.name() + ": the " + side.word() + " does not accept writes");
        }
      }
      Readiness.check(seen.check()).ifPresent(wait -> waits.add(asset.name() + ": " + wait));
      seen.shared()
          .uncounted()
          .ifPresent(why ->
              waits.add(asset.name() + ": rows written on both sides are not counted: " + why));
    }
    return waits;
  }

  /** What follows before the next flight of a plan in which both sides are to accept writes. */
  static List<Event> next(Promotion promotion, World world, Instant now) {
    long epoch = promotion.epoch() + 1;
    return switch (promotion.sharing().stage()) {
      case NONE, ENDED ->
          Readiness.forFlight(promotion, world).isEmpty()
              ? List.of(new Event.SharingBegun(epoch, "both-" + epoch, now))
              : List.of();
      case PREPARING -> preparing(promotion, world, epoch, now);
      case OPEN -> crossing(promotion, world, now);
    };
  }

  private static List<Event> preparing(Promotion promotion, World world, long epoch, Instant now) {
    Optional<String> stuck = Decider.broken(promotion, world, Side.TARGET);
    if (stuck.isPresent()) {
      return List.of(new Event.ParkedFor(stuck.get(), now));
    }
    boolean ready = isPrepared(promotion, world) && Readiness.usersAreLed(promotion, world);
    return ready ? List.of(new Event.Shared(epoch, now)) : List.of();
  }

  /** What preparing the target waits for, for people. */
  static List<String> forPreparing(Promotion promotion, World world) {
    var waits = new ArrayList<String>(List.of("the target is being prepared for its own writes"));
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      seen.shared().uncounted().ifPresent(why -> waits.add(asset.name() + ": " + why));
      seen.shared().uncarried().ifPresent(why -> waits.add(asset.name() + ": " + why));
      seen.shared().crowded().ifPresent(why -> waits.add(asset.name() + ": " + why));
      if (!CutoverRules.is(seen.target().aligned(), promotion.sharing().token())) {
        waits.add(asset.name() + ": the target gives no numbers of its own yet");
      }
    }
    return waits;
  }

  /** The target gives numbers of its own, and what is written there is seen to come back. */
  private static boolean isPrepared(Promotion promotion, World world) {
    String token = promotion.sharing().token();
    return promotion.workload().data().stream()
        .map(asset -> world.data(asset.name()))
        .allMatch(seen ->
            seen.target().fence() == Fence.FENCED
                && seen.shared().uncounted().isEmpty()
                && seen.shared().uncarried().isEmpty()
                && seen.shared().crowded().isEmpty()
                && seen.target().epoch() >= promotion.epoch()
                && CutoverRules.is(seen.target().aligned(), token)
                && CutoverRules.arrived(seen, Side.TARGET, token)
                && Stream.of(Side.values())
                    .allMatch(side -> seen.from(side).phase() == LinkSeen.Phase.FOLLOWING));
  }

  private static List<Event> crossing(Promotion promotion, World world, Instant now) {
    Resting resting = (Resting) promotion.phase();
    Limits limits = promotion.workload().limits();
    if (resting.attempts() >= limits.cutoverAttemptsMax()) {
      return List.of(
          new Event.ParkedFor(
              "users could not be led on, "
                  + resting.attempts()
                  + " times, the last because "
                  + resting.lastFailure().orElse("of something unknown"),
              now));
    }
    if (now.isBefore(resting.notBefore())
        || !promotion.flown().passed()
        || !Readiness.forFlight(promotion, world).isEmpty()) {
      return List.of();
    }
    long epoch = promotion.epoch() + 1;
    return List.of(
        new Event.CrossingBegun(
            promotion.flown().next(), epoch, "flight-" + epoch, now, now.plus(limits.hold())));
  }

  /**
   * Somebody asks for everybody to come back; whatever was to be looked at is so for the source.
   */
  static Decision recall(Promotion promotion, Instant now) {
    var events = new ArrayList<Event>();
    Goal staying = promotion.phase().staying();
    if (promotion.goal() != staying) {
      events.add(new Event.GoalSet(staying));
    }
    if (promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
        && cutover.to() == Side.TARGET
        && !cutover.committed()) {
      events.add(Decider.abandon(promotion, cutover, Wishes.STAY, false, now));
    }
    if (promotion.paused() || promotion.phase() instanceof Phase.Parked) {
      events.add(new Event.Resumed(Set.of()));
    }
    return new Decision.Events(List.copyOf(events));
  }
}
