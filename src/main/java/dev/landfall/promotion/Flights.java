package dev.landfall.promotion;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.FlightJudge;
import dev.landfall.flight.Policy;
import dev.landfall.flight.Verdict;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Tally;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Route;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of flights: users move in parts, each judged before the next, while one side owns the
 * data and the services of both sides reach it there. One cutover moves the data: when all have
 * moved, or before the first, as the plan says.
 */
public final class Flights {
  private static final double NO_BOUND = Double.POSITIVE_INFINITY;

  private Flights() {}

  /** The users who belong to the target in this state. */
  static Cohort users(Promotion promotion) {
    Optional<FlightPlan> plan = promotion.workload().flights();
    return isOwnedAsPlanned(promotion)
        ? users(promotion, plan.orElseThrow(), led(promotion))
        : Wanted.all(promotion.owner());
  }

  /** The flight whose users are on the target, or are being let go to it. */
  private static int led(Promotion promotion) {
    return promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
            && cutover.isCrossing()
            && cutover.committed()
        ? cutover.flight()
        : promotion.flown().number();
  }

  /** Whether the data has the owner that users fly with; false where they never fly. */
  private static boolean isOwnedAsPlanned(Promotion promotion) {
    boolean alone =
        promotion.phase() instanceof Phase.GivingUp || promotion.phase() instanceof Phase.GivenUp;
    return !alone
        && promotion
            .workload()
            .flights()
            .filter(plan -> plan.data().owner() == promotion.owner())
            .isPresent();
  }

  private static Cohort users(Promotion promotion, FlightPlan plan, int flown) {
    String salt = promotion.workload().name();
    if (flown == 0) {
      // Before anybody may go on, whoever writes has a name, and no connection outlives a request.
      return promotion.sharing().isUnderWay()
          ? new Cohort(0, salt, identity(plan), Named.NOBODY, plan.kept())
          : Cohort.NOBODY;
    }
    int share = plan.flights().get(flown - 1).share();
    return share == Flight.ALL
        ? Cohort.EVERYBODY
        : new Cohort(share, salt, identity(plan), plan.named(flown), plan.kept());
  }

  /** Who has two browsers must not write on two sides at once. */
  private static Identity identity(FlightPlan plan) {
    return plan.data() == DataPlan.TWO_WAY ? plan.identity().namedAlone() : plan.identity();
  }

  /** Whether users are still to fly before it goes on: the next flight is what comes next. */
  public static boolean areNext(Promotion promotion) {
    return isOwnedAsPlanned(promotion)
        && (promotion.flown().number() < plan(promotion).flights().size()
            || !promotion.flown().passed());
  }

  /** What follows while flights are left: the next one begins, or the last one is waited for. */
  static List<Event> next(Promotion promotion, World world, Instant now) {
    if (promotion.workload().isTwoWay()) {
      return SharedRules.next(promotion, world, now);
    }
    Flown flown = promotion.flown();
    boolean ready = flown.passed() && Readiness.forFlight(promotion, world).isEmpty();
    return ready
        ? List.of(new Event.FlightBegun(flown.next(), promotion.epoch() + 1, now))
        : List.of();
  }

  /**
   * What follows from one more tick. Whoever is on the target is judged as long as they are there:
   * harm brings them back also when their flight has passed, or a person must look at something
   * else.
   */
  static List<Event> measured(Promotion promotion, Input.Measured measured, Instant now) {
    Flown flown = promotion.flown();
    if (judged(promotion).filter(number -> number == measured.flight()).isEmpty()) {
      return List.of();
    }
    FlightJudge judge = flown.judge().orElseThrow().after(measured.took(), measured.readings());
    var kept = new Event.FlightMeasured(flown.number(), now, measured.took(), measured.readings());
    Verdict verdict = judge.verdict(measured.later());
    if (verdict instanceof Verdict.Fail(_, String why)) {
      return List.of(kept, failed(promotion, why + spent(promotion), now));
    }
    if (!isUnderWay(promotion)) {
      return List.of(kept);
    }
    return switch (verdict) {
      case Verdict.Continue _, Verdict.Fail _ -> List.of(kept);
      case Verdict.Pass _ ->
          List.of(kept, new Event.FlightPassed(flown.number(), now, proof(judge)));
      case Verdict.Inconclusive(String why) ->
          flown.undecided().isPresent()
              ? List.of(kept)
              : List.of(kept, new Event.FlightUndecided(flown.number(), now, why));
    };
  }

  /** What is slow, chosen once for each flight; nothing where latencies are not judged. */
  static List<Event> baselined(Promotion promotion, Input.Baselined baselined, Instant now) {
    if (!lacksBaseline(promotion)
        || promotion.flown().number() != baselined.flight()
        || baselined.requests() < Baseline.REQUESTS_MIN) {
      return List.of();
    }
    var baseline =
        Baseline.of(
            Tally.BOUNDS_MICROS,
            baselined.requests(),
            baselined.slower(),
            plan(promotion).scrutiny(flight(promotion)).slowerBy());
    return List.of(
        new Event.FlightBaselined(baselined.flight(), now, baselined.requests(), baseline));
  }

  /** Whether a flight is judged by latencies, and what is slow is not known yet. */
  public static boolean lacksBaseline(Promotion promotion) {
    return judged(promotion).isPresent()
        && baseline(promotion).isEmpty()
        && plan(promotion).scrutiny(flight(promotion)).latency() != Scrutiny.Latency.IGNORE;
  }

  static Flown judgedBy(Promotion promotion, Baseline baseline) {
    Flown flown = promotion.flown();
    return flown.judge().map(judge -> flown.judged(judge.by(baseline))).orElse(flown);
  }

  /** What is slow in the flight that is judged; absent until it is known. */
  public static Optional<Baseline> baseline(Promotion promotion) {
    return promotion.flown().judge().flatMap(FlightJudge::baseline);
  }

  private static String proof(FlightJudge judge) {
    return judge.findings().stream()
        .filter(finding -> judge.needs(finding.metric()))
        .map(finding ->
            "%s: %d of %d moved and %d of %d others%s"
                .formatted(
                    finding.metric(),
                    finding.moved().events(),
                    finding.moved().units(),
                    finding.stayed().events(),
                    finding.stayed().units(),
                    finding.unit().map(unit -> ", counting " + unit.word()).orElse("")))
        .collect(Collectors.joining(", ", "proven no worse: ", ""));
  }

  private static String spent(Promotion promotion) {
    return FlightReport.of(promotion).map(report -> "; " + report.budgetWords()).orElse("");
  }

  private static Event failed(Promotion promotion, String why, Instant now) {
    if (promotion.sharing().isOpen()) {
      return SharedRules.failed(promotion, why, now);
    }
    int number = promotion.flown().number();
    int back =
        plan(promotion).onFail() == FlightPlan.OnFail.ZERO ? 0 : promotion.flown().way().before();
    return new Event.FlightFailed(number, back, promotion.epoch() + 1, now, why);
  }

  /** Whether a flight is being judged that has neither passed nor been taken back. */
  static boolean isUnderWay(Promotion promotion) {
    return !promotion.flown().passed()
        && promotion.phase() instanceof Phase.Resting
        && judged(promotion).isPresent();
  }

  /** Whether users of flights can be led now, whatever else a person has to look at. */
  static boolean mayBeLed(Promotion promotion) {
    boolean atRest =
        promotion.phase() instanceof Phase.Resting
            || (promotion.phase() instanceof Phase.Parked parked
                && parked.was() instanceof Phase.Resting);
    return atRest && isOwnedAsPlanned(promotion);
  }

  /**
   * Whether users go back, or stay: then nothing has to be known of the data, whose owner does not
   * change.
   */
  public static boolean areLedBack(Promotion promotion) {
    Flown flown = promotion.flown();
    return mayBeLed(promotion) && (flown.passed() || flown.way().back());
  }

  /** The number of the flight whose ticks are wanted now; absent when none is. */
  public static Optional<Integer> judged(Promotion promotion) {
    return mayBeLed(promotion) && promotion.flown().judge().isPresent()
        ? Optional.of(promotion.flown().number())
        : Optional.empty();
  }

  /** The name of the flight that is being judged; absent when none is. */
  static Optional<String> nameUnderWay(Promotion promotion) {
    return isUnderWay(promotion) ? Optional.of(flight(promotion).name()) : Optional.empty();
  }

  /** How long the next tick is: short at first, when a great harm shows at once. */
  public static Duration tick(Promotion promotion, Instant now) {
    long millis = Duration.between(promotion.flown().since(), now).toMillis() / 60;
    return Duration.ofMillis(Math.clamp(millis, 1_000, 10_000));
  }

  static FlightJudge judge(Workload workload, int number) {
    FlightPlan plan = workload.flights().orElseThrow();
    Flight flight = plan.flights().get(number - 1);
    Scrutiny scrutiny = plan.scrutiny(flight);
    List<String> metrics = metrics(workload, scrutiny);
    return FlightJudge.of(
        Policy.standard(plan.flights().size(), Policy.parts(metrics))
            .withMargin(plan.margin(flight))
            .tolerating(plan.tolerated())
            .lasting(flight.timeMin(), flight.timeMax())
            .guarded(
                scrutiny.errorsMax(),
                scrutiny.excessMax().map(Integer::doubleValue).orElse(NO_BOUND))
            .guardingUsers(scrutiny.usersMax().map(Integer::doubleValue).orElse(NO_BOUND))
            .watching(watched(scrutiny, flight, metrics)),
        metrics);
  }

  /** What flights are judged by, in the order of its telling. */
  private static List<String> metrics(Workload workload, Scrutiny scrutiny) {
    boolean ignores = scrutiny.latency() == Scrutiny.Latency.IGNORE;
    var metrics =
        new ArrayList<>(ignores ? List.of(Policy.ERRORS, Policy.REQUESTS) : Policy.METRICS);
    if (!tellAtOnce(workload).isEmpty()) {
      metrics.add(Policy.AT_ONCE);
    }
    return metrics;
  }

  /**
   * The names of the routes of which only the plane itself counts the requests, where somebody else
   * counts those of other routes; none where nobody does.
   */
  public static Set<String> tellAtOnce(Workload workload) {
    boolean late = workload.routes().stream().anyMatch(route -> !route.counting().isEmpty());
    return workload.routes().stream()
        .filter(_ -> late)
        .filter(route -> route.traits().knowsUsers() && route.counting().isEmpty())
        .map(Route::name)
        .collect(Collectors.toSet());
  }

  /**
   * What can fail a flight and need not be proven. When everybody has moved there is nobody left to
   * compare with, so nothing could be proven of latencies.
   */
  private static Set<String> watched(Scrutiny scrutiny, Flight flight, List<String> metrics) {
    boolean proves = scrutiny.latency() == Scrutiny.Latency.PROVE && flight.share() < Flight.ALL;
    var watched =
        new HashSet<>(
            proves ? List.of(Policy.VERY_SLOW, Policy.REQUESTS, Policy.AT_ONCE) : metrics);
    watched.remove(Policy.ERRORS);
    return watched;
  }

  /** The number of a flight of this name, 1 for the first; absent when there is none. */
  public static Optional<Integer> number(Promotion promotion, String name) {
    return promotion.workload().flights().flatMap(plan -> number(plan, name));
  }

  /** The number of a flight in the plan, 1 for the first; absent when none has the name. */
  static Optional<Integer> number(FlightPlan plan, String name) {
    List<String> names = plan.flights().stream().map(Flight::name).toList();
    return names.contains(name) ? Optional.of(names.indexOf(name) + 1) : Optional.empty();
  }

  /** Whether users may be led back, or to any flight, when a person asks for it. */
  static boolean mayBeAskedFor(Promotion promotion) {
    return isOwnedAsPlanned(promotion)
        && switch (promotion.phase()) {
          case Phase.Resting _, Phase.Parked _, Phase.CuttingOver _, Phase.Undoing _ -> true;
          case Phase.Registered _, Phase.Replicating _, Phase.Severing _ -> false;
          case Phase.Completed _, Phase.GivingUp _, Phase.GivenUp _ -> false;
        };
  }

  /**
   * After the last flight nobody is left on the other side. When the data waits for them, they are
   * judged until it has followed; when it went before, all is done.
   */
  static Flown passed(Promotion promotion) {
    boolean landed =
        plan(promotion).data() == DataPlan.TARGET_FIRST
            && promotion.flown().number() == plan(promotion).flights().size();
    return landed ? promotion.flown().landed() : promotion.flown().withPass();
  }

  private static FlightPlan plan(Promotion promotion) {
    return promotion.workload().flights().orElseThrow();
  }

  private static Flight flight(Promotion promotion) {
    return plan(promotion).flights().get(promotion.flown().number() - 1);
  }

  /** The side that users belong to: {@code source}, {@code target} or {@code both}. */
  public static String whereUsersAre(Promotion promotion) {
    Cohort users = users(promotion);
    if (users.isNobody()) {
      return Side.SOURCE.word();
    }
    return users.isEverybody() ? Side.TARGET.word() : "both";
  }

  /** Where users are, for people: {@code flight 2 of 4}; absent when that says it all. */
  static Optional<String> word(Promotion promotion) {
    int number = promotion.flown().number();
    boolean notable =
        number > 0 || promotion.owner() == Side.TARGET || promotion.sharing().isOpen();
    boolean home = promotion.owner() == Side.TARGET && !areNext(promotion);
    return isOwnedAsPlanned(promotion) && notable && !home
        ? Optional.of("flight " + number + " of " + plan(promotion).flights().size())
        : Optional.empty();
  }

  /** What a flight waits for, for people. */
  static List<String> waits(Promotion promotion, World world) {
    Flown flown = promotion.flown();
    if (promotion.sharing().stage() == Sharing.Stage.PREPARING) {
      return SharedRules.forPreparing(promotion, world);
    }
    if (flown.passed()) {
      return Readiness.forFlight(promotion, world);
    }
    Flight flight = flight(promotion);
    String name = "flight " + flown.number() + " (" + flight.name() + ")";
    var waits = new ArrayList<String>();
    waits.add(
        flown
            .undecided()
            .map(why -> name + " cannot be told from the others: " + why)
            .orElse(name + " is being judged, for " + flight.timeMin() + " at least"));
    world
        .routes()
        .forEach((route, seen) ->
            seen.uncounted().ifPresent(why -> waits.add("route " + route + ": " + why)));
    return waits;
  }
}
