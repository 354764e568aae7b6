package dev.landfall.promotion;

import dev.landfall.flight.Baseline;
import dev.landfall.flight.FlightJudge;
import dev.landfall.flight.Policy;
import dev.landfall.flight.Verdict;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Tally;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of flights: users move in parts, each judged before the next, while the source owns the
 * data and the services of both sides reach it there. When all have moved, one cutover moves the
 * data.
 */
public final class Flights {
  private static final double NO_BOUND = Double.POSITIVE_INFINITY;

  private Flights() {}

  /** The users who belong to the target in this state. */
  static Cohort users(Promotion promotion) {
    if (promotion.owner() == Side.TARGET) {
      return Cohort.EVERYBODY;
    }
    return promotion
        .workload()
        .flights()
        .map(plan -> users(plan, promotion.flown().number(), promotion.workload().name()))
        .orElse(Cohort.NOBODY);
  }

  private static Cohort users(FlightPlan plan, int flown, String salt) {
    if (flown == 0) {
      return Cohort.NOBODY;
    }
    int share = plan.flights().get(flown - 1).share();
    return share == Flight.ALL
        ? Cohort.EVERYBODY
        : new Cohort(share, salt, plan.identity(), plan.named(flown), plan.kept());
  }

  /** Whether flights are still to be flown before the data may move to the target. */
  static boolean areLeft(Promotion promotion) {
    return promotion
        .workload()
        .flights()
        .filter(plan ->
            promotion.flown().number() < plan.flights().size() || !promotion.flown().passed())
        .isPresent();
  }

  /** What follows while flights are left: the next one begins, or the last one is waited for. */
  static List<Event> next(Promotion promotion, World world, Instant now) {
    Flown flown = promotion.flown();
    boolean ready = flown.passed() && Readiness.forFlight(promotion, world).isEmpty();
    return ready
        ? List.of(new Event.FlightBegun(flown.number() + 1, promotion.epoch() + 1, now))
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
    Verdict verdict = judge.verdict();
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
            plan(promotion).scrutiny().slowerBy());
    return List.of(
        new Event.FlightBaselined(baselined.flight(), now, baselined.requests(), baseline));
  }

  /** Whether a flight is judged by latencies, and what is slow is not known yet. */
  public static boolean lacksBaseline(Promotion promotion) {
    return judged(promotion).isPresent()
        && baseline(promotion).isEmpty()
        && plan(promotion).scrutiny().latency() != Scrutiny.Latency.IGNORE;
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
            "%s: %d of %d moved and %d of %d others"
                .formatted(
                    finding.metric(),
                    finding.moved().events(),
                    finding.moved().units(),
                    finding.stayed().events(),
                    finding.stayed().units()))
        .collect(Collectors.joining(", ", "proven no worse: ", ""));
  }

  private static String spent(Promotion promotion) {
    return FlightReport.of(promotion).map(report -> "; " + report.budgetWords()).orElse("");
  }

  private static Event failed(Promotion promotion, String why, Instant now) {
    int number = promotion.flown().number();
    int back = plan(promotion).onFail() == FlightPlan.OnFail.ZERO ? 0 : number - 1;
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
    return atRest && promotion.owner() == Side.SOURCE && promotion.workload().flights().isPresent();
  }

  /**
   * Whether users go back, or stay: then nothing has to be known of the data, whose owner does not
   * change.
   */
  static boolean areLedBack(Promotion promotion) {
    return mayBeLed(promotion) && promotion.flown().passed();
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
    List<String> metrics = metrics(plan);
    return FlightJudge.of(
        Policy.standard(plan.flights().size(), metrics.size())
            .withMargin(plan.margin())
            .tolerating(plan.tolerated())
            .lasting(flight.timeMin(), flight.timeMax())
            .guarded(
                plan.scrutiny().errorsMax(),
                plan.scrutiny().excessMax().map(Integer::doubleValue).orElse(NO_BOUND))
            .watching(watched(plan, flight)),
        metrics);
  }

  /** What flights are judged by, in the order of its telling. */
  static List<String> metrics(FlightPlan plan) {
    return plan.scrutiny().latency() == Scrutiny.Latency.IGNORE
        ? List.of(Policy.ERRORS)
        : Policy.METRICS;
  }

  /**
   * What can fail a flight and need not be proven. When everybody has moved there is nobody left to
   * compare with, so nothing could be proven of latencies.
   */
  private static Set<String> watched(FlightPlan plan, Flight flight) {
    boolean proves =
        plan.scrutiny().latency() == Scrutiny.Latency.PROVE && flight.share() < Flight.ALL;
    var watched = new HashSet<String>(proves ? List.of(Policy.VERY_SLOW) : metrics(plan));
    watched.remove(Policy.ERRORS);
    return watched;
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

  /** Where users are, for people: {@code flight 2 of 4}; absent when nobody has flown. */
  static Optional<String> word(Promotion promotion) {
    int number = promotion.flown().number();
    return number == 0
        ? Optional.empty()
        : promotion
            .workload()
            .flights()
            .map(plan -> "flight " + number + " of " + plan.flights().size());
  }

  /** What a flight waits for, for people. */
  static List<String> waits(Promotion promotion, World world) {
    Flown flown = promotion.flown();
    if (flown.passed()) {
      return Readiness.forFlight(promotion, world);
    }
    Flight flight = flight(promotion);
    String name = "flight " + flown.number() + " (" + flight.name() + ")";
    return List.of(
        flown
            .undecided()
            .map(why -> name + " cannot be told from the others: " + why)
            .orElse(name + " is being judged, for " + flight.timeMin() + " at least"));
  }
}
