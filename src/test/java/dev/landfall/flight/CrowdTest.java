package dev.landfall.flight;

import static dev.landfall.flight.Crowd.Place.MOVED;
import static dev.landfall.flight.Crowd.Place.ONE_HALF;
import static dev.landfall.flight.Crowd.Place.OTHER_HALF;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * Flights of few users, of users who ask ever so often, and of users whose failures come in rows.
 */
class CrowdTest {
  private static final List<String> METRICS = List.of(Policy.ERRORS, Policy.REQUESTS);

  /** A flight of three, judged by five parts of the budget as by default. */
  private static final Policy POLICY = Policy.standard(3, 5);

  private static FlightJudge judge() {
    var policy =
        new Policy(
            POLICY.margin(),
            POLICY.marginRuledOut(),
            new ErrorBudget(0.01 / 5, 3, 1),
            POLICY.toPass(),
            POLICY.timeMin(),
            POLICY.timeMax(),
            POLICY.guards(),
            POLICY.watched(),
            0);
    return FlightJudge.of(policy, METRICS);
  }

  private static FlightJudge fly(Crowd crowd, int seconds, int tick) {
    FlightJudge judge = judge();
    for (int at = 0; at < seconds; at += tick) {
      judge = judge.after(Duration.ofSeconds(tick), crowd.pass(tick));
      if (!(judge.verdict() instanceof Verdict.Continue)) {
        return judge;
      }
    }
    return judge;
  }

  private static int failures(int runs, int seconds, int tick, LongFunction<Crowd> crowds) {
    int failures = 0;
    for (long seed = 0; seed < runs; seed++) {
      failures += fly(crowds.apply(seed), seconds, tick).verdict() instanceof Verdict.Fail ? 1 : 0;
    }
    return failures;
  }

  @Test
  void aQuarterOfTheRequestsOfFiveUsersIsFoundWithinHalfAMinute() {
    for (long seed = 0; seed < 20; seed++) {
      var crowd =
          new Crowd(seed)
              .with(MOVED, 5, 9, 0.25)
              .with(ONE_HALF, 18, 9, 0)
              .with(OTHER_HALF, 17, 9, 0);
      FlightJudge judge = fly(crowd, 120, 1);
      assertThat(judge.verdict()).isInstanceOf(Verdict.Fail.class);
      assertThat(judge.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }
  }

  @Test
  void oneOfFiveUsersForWhomNothingWorksKeepsAFlightFromPassingAndFailsIt() {
    for (long seed = 0; seed < 10; seed++) {
      var crowd =
          new Crowd(seed)
              .with(MOVED, 1, 1, 1)
              .with(MOVED, 4, 1, 0.001)
              .with(ONE_HALF, 18, 1, 0.001)
              .with(OTHER_HALF, 17, 1, 0.001);
      FlightJudge judge = fly(crowd, 1200, 1);
      assertThat(judge.verdict())
          .isInstanceOfSatisfying(
              Verdict.Fail.class,
              fail -> assertThat(fail.why()).contains("failed requests: ", "32 failures as one"));
    }
  }

  @Test
  void whatFailsInRowsNeitherFailsAFlightByRequestsNorByUsers() {
    int failures =
        failures(
            150,
            1800,
            10,
            seed ->
                new Crowd(seed)
                    .with(MOVED, 50, 0.4, 0.001, 7.0 / 8)
                    .with(ONE_HALF, 25, 0.4, 0.001, 7.0 / 8)
                    .with(OTHER_HALF, 25, 0.4, 0.001, 7.0 / 8));
    assertThat(failures).isLessThanOrEqualTo(1);
  }

  @Test
  void itDoesNotMatterWhetherThoseWhoAskOftenWereDrawnOrNot() {
    int often =
        failures(
            100,
            1800,
            10,
            seed ->
                new Crowd(seed)
                    .with(MOVED, 10, 5, 0.01)
                    .with(ONE_HALF, 40, 0.2, 0.01)
                    .with(OTHER_HALF, 40, 0.2, 0.01));
    int seldom =
        failures(
            100,
            1800,
            10,
            seed ->
                new Crowd(seed)
                    .with(MOVED, 80, 0.2, 0.01)
                    .with(ONE_HALF, 5, 5, 0.01)
                    .with(OTHER_HALF, 5, 5, 0.01));
    assertThat(List.of(often, seldom)).allMatch(failures -> failures <= 1);
  }

  private static double ratio(double failing) {
    FlightJudge judge = judge();
    var crowd =
        new Crowd(7)
            .with(MOVED, 200, 5, 0.005 * failing)
            .with(MOVED, 100, 0.2, 0.005 * failing)
            .with(ONE_HALF, 300, 0.2, 0.005)
            .with(OTHER_HALF, 100, 5, 0.005);
    for (int at = 0; at < 3600; at += 10) {
      judge = judge.after(Duration.ofSeconds(10), crowd.pass(10));
    }
    return judge.findings().getFirst().ratio().orElseThrow();
  }

  @Test
  void moreFailuresAlwaysLookLikeMore() {
    assertThat(ratio(0.8)).isBetween(0.7, 0.9);
    assertThat(ratio(1)).isBetween(0.9, 1.1);
    assertThat(ratio(2)).isBetween(1.8, 2.2);
    assertThat(ratio(4)).isBetween(3.6, 4.4);
  }

  /**
   * Whoever is harmed asks no more, so that the units of a tick depend on what happened in it: most
   * of all where few users ask often, many fail, and ticks are long.
   */
  @Test
  void whoIsHarmedInATickBendsItsEvidenceByLittle() {
    int failures =
        failures(
            300,
            3600,
            10,
            seed ->
                new Crowd(seed)
                    .with(MOVED, 20, 2, 0.05 * 1.25)
                    .with(ONE_HALF, 10, 2, 0.05)
                    .with(OTHER_HALF, 10, 2, 0.05));
    assertThat(failures).as("at the margin itself").isLessThanOrEqualTo(1);
  }
}
