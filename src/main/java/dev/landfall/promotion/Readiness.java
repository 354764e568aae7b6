package dev.landfall.promotion;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.Occupation;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Says what a promotion still waits for, in sentences for people. Deciding uses the same sentences:
 * nothing is waited for exactly when there is none.
 */
public final class Readiness {
  /**
   * For so long a plane is taken to be as it answered: a host that is lost is not known to be
   * sooner, and a plane whose every answer takes longer than a turn is heard of in few turns.
   */
  static final Duration KNOWN_FOR = Duration.ofSeconds(1);

  private Readiness() {}

  /** What keeps the data from being in step with its owner, for people; empty when it is. */
  public static List<String> inStep(Promotion promotion, World world) {
    return inStep(promotion, world, promotion.owner());
  }

  /** What keeps the data from being in step, given who owns it. */
  static List<String> inStep(Promotion promotion, World world, Side owner) {
    if (promotion.sharing().isOpen()) {
      return SharedRules.inStep(promotion, world);
    }
    var waits = new ArrayList<String>();
    for (Asset.Data asset : promotion.workload().data()) {
      DataSeen seen = world.data(asset.name());
      for (Side side : Side.values()) {
        seen.on(side)
            .fault()
            .ifPresent(why -> waits.add(asset.name() + ": " + side.word() + ": " + why));
      }
      link(promotion, seen, owner).ifPresent(wait -> waits.add(asset.name() + ": " + wait));
      if (seen.on(owner.other()).fence() != Fence.FENCED) {
        waits.add(asset.name() + ": the " + owner.other().word() + " is not fenced");
      }
      check(seen.check()).ifPresent(wait -> waits.add(asset.name() + ": " + wait));
    }
    return waits;
  }

  /** What keeps a cutover to a side from being begun. */
  static List<String> forCutover(Promotion promotion, World world, Side to) {
    var waits = new ArrayList<>(besidesOccupation(promotion, world, to));
    for (Asset.Data asset : promotion.workload().data()) {
      for (Side side : Side.values()) {
        world
            .data(asset.name())
            .on(side)
            .occupied()
            .map(Occupation::words)
            .ifPresent(words -> waits.add(asset.name() + ": " + side.word() + ": " + words));
      }
    }
    return waits;
  }

  /** The same, except for what keeps a fence from being turned, which may be called off. */
  static List<String> besidesOccupation(Promotion promotion, World world, Side to) {
    return forUsers(promotion, world, to.other(), to);
  }

  /** What keeps users from being led to a side, given who owns the data. */
  private static List<String> forUsers(Promotion promotion, World world, Side owner, Side to) {
    var waits = new ArrayList<>(inStep(promotion, world, owner));
    for (Asset.Data asset : promotion.workload().data()) {
      if (world.data(asset.name()).on(owner).fence() != Fence.OPEN) {
        waits.add(asset.name() + ": the " + owner.word() + " does not accept writes");
      }
    }
    for (Route route : promotion.workload().routes()) {
      RouteSeen seen = world.route(route.name());
      Optional<String> elsewhere = elsewhere(promotion, route, seen);
      if (elsewhere.isPresent()) {
        waits.add(elsewhere.get());
      } else if (seen.unable(to).isPresent()) {
        waits.add(unable(route.name(), seen, to).orElseThrow());
      } else if (!seen.healthy(to).orElse(false)) {
        waits.add(route.asset() + " on the " + to.word() + " is not healthy");
      } else if (!Leading.isReady(route, seen)) {
        waits.add(slowly(route, seen));
      }
    }
    return waits;
  }

  /**
   * What keeps the link from being severed, which leaves whoever is still led back alone. A plane
   * that was away while the last flight passed leads as it did before it, and long since settled.
   */
  public static List<String> forSevering(Promotion promotion, World world) {
    var waits = new ArrayList<String>();
    for (Route route : promotion.workload().routes()) {
      RouteSeen seen = world.route(route.name());
      elsewhere(promotion, route, seen)
          .or(() ->
              Leading.isSettled(route, seen) ? Optional.empty() : Optional.of(slowly(route, seen)))
          .ifPresent(waits::add);
    }
    return waits;
  }

  /**
   * What keeps a move from being over: the same, but a plane that is away and would be quick to
   * change is only named. It makes nobody wait, and takes its order when it is back.
   */
  public static List<String> forTheEnd(Promotion promotion, World world) {
    List<String> away = away(promotion, world);
    return forSevering(promotion, world).stream().filter(each -> !away.contains(each)).toList();
  }

  /** The planes that a move was not waited for at, each with why. */
  public static List<String> away(Promotion promotion, World world) {
    return promotion.workload().routes().stream()
        .filter(route -> !route.traits().slow())
        .filter(route -> world.route(route.name()).fault().isPresent())
        .flatMap(route -> elsewhere(promotion, route, world.route(route.name())).stream())
        .toList();
  }

  /** Where planes could not lead users to now, each with why, for people; it may not matter. */
  public static List<String> unable(World world) {
    return Stream.of(Side.values()).flatMap(to -> unable(world, to)).toList();
  }

  /** The planes that could not lead users to a side now, each with why, for people. */
  public static Stream<String> unable(World world, Side to) {
    return byName(world).flatMap(each -> unable(each.getKey(), each.getValue(), to).stream());
  }

  private static Optional<String> unable(String route, RouteSeen seen, Side to) {
    return seen.unable(to)
        .map(why -> "route " + route + " cannot lead users to the " + to.word() + ": " + why);
  }

  /**
   * The planes of which nobody knows how they are now, each with why, for people: they do not
   * answer, or what is known of them is from before a whole {@link #KNOWN_FOR}.
   */
  static Stream<String> silent(World world) {
    return Stream.concat(
        byName(world).flatMap(each -> silent(each.getKey(), each.getValue()).stream()),
        new TreeMap<>(world.late())
            .entrySet().stream()
                .filter(each -> each.getValue().compareTo(KNOWN_FOR) > 0)
                .map(each -> "route " + each.getKey() + ": it has not answered in time"));
  }

  private static Optional<String> silent(String route, RouteSeen seen) {
    return seen.fault().map(why -> "route " + route + ": " + why);
  }

  /** In the same order always, as what is said of them may be kept. */
  private static Stream<Map.Entry<String, RouteSeen>> byName(World world) {
    return new TreeMap<>(world.routes()).entrySet().stream();
  }

  /** Why a plane may not lead where its users belong, for people; absent when it is seen to. */
  private static Optional<String> elsewhere(Promotion promotion, Route route, RouteSeen seen) {
    if (seen.fault().isPresent()) {
      return silent(route.name(), seen);
    }
    return settled(promotion, route, seen)
        ? Optional.empty()
        : Optional.of("route " + route.name() + " does not lead where its users belong yet");
  }

  private static String slowly(Route route, RouteSeen seen) {
    String until =
        seen.settling()
            .flatMap(Settling::until)
            .map(at -> ", until " + at + " at the earliest")
            .orElse("");
    List<String> why = seen.settling().map(Settling::waitsFor).orElse(List.of());
    return "route "
        + route.name()
        + " needs time to reach everybody"
        + until
        + (why.isEmpty() ? "" : ": " + String.join("; ", why));
  }

  /**
   * Whether every plane is seen to lead where its users belong when nobody flies; true where nobody
   * ever does.
   */
  public static boolean usersAreHome(Promotion promotion, World world) {
    return promotion.workload().flights().isEmpty()
        || (promotion.flown().number() == 0
            && !promotion.sharing().isOpen()
            && promotion.workload().routes().stream()
                .allMatch(route -> leads(world.route(route.name()), Cohort.NOBODY)));
  }

  /** Whether every plane is seen to lead users as it should, and nobody waits. */
  public static boolean usersAreLed(Promotion promotion, World world) {
    return promotion.workload().routes().stream()
        .allMatch(route -> settled(promotion, route, world.route(route.name())));
  }

  /** What keeps the next flight from being begun. */
  static List<String> forFlight(Promotion promotion, World world) {
    return forUsers(promotion, world, promotion.owner(), Side.TARGET);
  }

  private static boolean settled(Promotion promotion, Route route, RouteSeen seen) {
    Cohort users = Flights.users(promotion);
    return leads(seen, Leading.users(promotion, route, users, promotion.owner()));
  }

  /** Whether a plane has an order that leads these users, and nobody waits at it. */
  private static boolean leads(RouteSeen seen, Cohort users) {
    return seen.fault().isEmpty()
        && !seen.holding()
        && seen.order()
            .filter(order -> order.hold().isEmpty() && order.cohort().equals(users))
            .isPresent();
  }

  /** What is waited for right now, for people; empty when nothing is, or when it rests for good. */
  public static List<String> waits(Promotion promotion, World world) {
    return switch (promotion.phase()) {
      case Phase.Registered registered ->
          registered.findings().stream()
              .filter(finding -> finding.blocks())
              .map(finding -> finding.subject() + ": " + finding.seen())
              .toList();
      case Phase.Replicating _ -> inStep(promotion, world, Side.SOURCE);
      case Phase.Resting resting -> atRest(promotion, resting, world);
      case Phase.CuttingOver(Cutover cutover, _) -> List.of(cutover.step().words());
      case Phase.Undoing undoing -> List.of("taking the cutover back: " + undoing.why());
      case Phase.Severing _ -> List.of("severing the link");
      case Phase.Completed _ -> List.of();
      case Phase.GivingUp(Side lost, _) ->
          List.of("going on with the " + lost.other().word() + " alone");
      case Phase.GivenUp(Side lost, _) ->
          List.of("the " + lost.word() + ", should it come back, to fence and to unlink it");
      case Phase.Parked parked -> List.of(parked.why());
    };
  }

  private static List<String> atRest(Promotion promotion, Phase.Resting resting, World world) {
    if (promotion.goal() == Goal.COMPLETED) {
      return forSevering(promotion, world);
    }
    if (promotion.isComingBack()) {
      var waits = new ArrayList<String>(List.of("everybody comes back to the source"));
      waits.addAll(SharedRules.forComingBack(promotion, world));
      return waits;
    }
    if (promotion.goal() == Goal.PROMOTED && Flights.areNext(promotion) && !promotion.paused()) {
      return Flights.waits(promotion, world);
    }
    if (!Decider.moves(promotion.goal(), resting.rest().owner())) {
      // Staying in step is all that rest is about: what is not so is no secret.
      var waits = new ArrayList<>(inStep(promotion, world));
      waits.addAll(forSevering(promotion, world));
      waits.addAll(access(promotion, world));
      return waits;
    }
    Stream<String> paused =
        promotion.paused() ? Stream.of("paused; landfall resume goes on") : Stream.empty();
    return Stream.concat(
            paused, forCutover(promotion, world, resting.rest().owner().other()).stream())
        .toList();
  }

  private static List<String> access(Promotion promotion, World world) {
    var waits = new ArrayList<String>();
    if (Revocation.isDue(promotion)) {
      world
          .access()
          .forEach((name, seen) ->
              Stream.concat(seen.fault().stream(), seen.left().stream())
                  .forEach(what -> waits.add("access " + name + ": " + what)));
    }
    return waits;
  }

  static Optional<String> link(Promotion promotion, DataSeen seen, Side owner) {
    LinkSeen link = seen.from(owner);
    if (link.phase() != LinkSeen.Phase.FOLLOWING) {
      String fault = link.fault().map(why -> ": " + why).orElse("");
      return Optional.of("the link is " + word(link.phase()) + fault);
    }
    var lagMax = promotion.workload().limits().lagMax();
    return link.lag().filter(lag -> lag.compareTo(lagMax) <= 0).isPresent()
        ? Optional.empty()
        : Optional.of(
            "the link lags by "
                + link.lag().map(lag -> lag.toMillis() + " ms").orElse("an unknown time")
                + ", and at most "
                + lagMax.toMillis()
                + " ms are allowed");
  }

  private static String word(LinkSeen.Phase phase) {
    return switch (phase) {
      case ABSENT -> "not there yet";
      case COPYING -> "copying";
      case RETAINING -> "keeping writes that nobody takes";
      case FOLLOWING -> "following";
      case STUCK -> "stuck";
      case BROKEN -> "broken";
      case UNKNOWN -> "not to be seen";
    };
  }

  static Optional<String> check(CheckSeen check) {
    if (!check.differences().isEmpty()) {
      return Optional.of("not equal: " + differences(check));
    }
    return check.baselineFrom().isPresent()
        ? Optional.empty()
        : Optional.of(
            String.format(java.util.Locale.ROOT, "compared to %.0f %%", check.progressPercent()));
  }

  /** The first differences, as many as fit a sentence. */
  static String differences(CheckSeen check) {
    int shown = Math.min(3, check.differences().size());
    String text =
        String.join("; ", check.differences().stream().limit(shown).map(Object::toString).toList());
    int more = check.differences().size() - shown;
    return more == 0 ? text : text + "; and " + more + " more";
  }
}
