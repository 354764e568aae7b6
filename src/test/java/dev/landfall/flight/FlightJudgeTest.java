package dev.landfall.flight;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.landfall.stats.Arm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class FlightJudgeTest {
  private static final List<String> METRICS = List.of("errors", "slower than p95");
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Policy.Guard GUARD = new Policy.Guard(0.2, 50, 500);
  private static final Policy POLICY =
      new Policy(
          0.25,
          0.25,
          new ErrorBudget(0.05, 3, 2),
          new ErrorBudget(0.05, 3, 2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(60),
          Map.of("errors", GUARD, "slower than p95", GUARD),
          Set.of(),
          0);

  /** The same, with nothing that acts before the proof. */
  private static final Policy UNGUARDED =
      new Policy(
          POLICY.margin(),
          POLICY.marginRuledOut(),
          POLICY.toFail(),
          POLICY.toPass(),
          POLICY.timeMin(),
          POLICY.timeMax(),
          Map.of(),
          Set.of(),
          0);

  /** The rates of a metric, by tick, of the moved and of both halves of those who stayed. */
  private record Rates(
      IntToDoubleFunction moved, IntToDoubleFunction oneHalf, IntToDoubleFunction otherHalf) {
    static Rates of(double moved, double stayed) {
      return new Rates(_ -> moved, _ -> stayed, _ -> stayed);
    }
  }

  private static Arm arm(double rate, SplittableRandom random) {
    int events = 0;
    for (int i = 0; i < 300; i++) {
      events += random.nextDouble() < rate ? 1 : 0;
    }
    return new Arm(300, events);
  }

  /** Flies until there is a verdict. */
  private static FlightJudge fly(Rates errors, Rates slow, long seed) {
    return fly(POLICY, errors, slow, seed);
  }

  private static FlightJudge fly(Policy policy, Rates errors, Rates slow, long seed) {
    var random = new SplittableRandom(seed);
    var judge = FlightJudge.of(policy, METRICS);
    for (int tick = 0; judge.verdict() instanceof Verdict.Continue; tick++) {
      var readings = new LinkedHashMap<String, Reading>();
      var all = List.of(errors, slow);
      for (int i = 0; i < METRICS.size(); i++) {
        Rates rates = all.get(i);
        readings.put(
            METRICS.get(i),
            new Reading(
                arm(rates.moved().applyAsDouble(tick), random),
                arm(rates.oneHalf().applyAsDouble(tick), random),
                arm(rates.otherHalf().applyAsDouble(tick), random)));
      }
      judge = judge.after(TICK, readings);
    }
    return judge;
  }

  @Test
  void whatIsAsGoodPassesButNotBeforeItsTime() {
    int passed = 0;
    for (int seed = 0; seed < 40; seed++) {
      var judge = fly(Rates.of(0.02, 0.02), Rates.of(0.05, 0.05), seed);
      assertThat(judge.elapsed()).isGreaterThanOrEqualTo(POLICY.timeMin());
      assertThat(judge.verdict()).isNotInstanceOf(Verdict.Fail.class);
      passed += judge.verdict() instanceof Verdict.Pass ? 1 : 0;
    }
    assertThat(passed).isGreaterThan(35);
  }

  @Test
  void whatIsTwiceAsBadFailsAndSaysWhichMetricShowedIt() {
    for (int seed = 0; seed < 40; seed++) {
      var judge = fly(UNGUARDED, Rates.of(0.02, 0.02), Rates.of(0.10, 0.05), seed);
      assertThat(judge.verdict()).isInstanceOf(Verdict.Fail.class);
      var fail = (Verdict.Fail) judge.verdict();
      assertThat(fail.metric()).isEqualTo("slower than p95");
      assertThat(fail.why()).contains("slower than p95", "times as often", "1.25 times is proven");
      assertThat(judge.elapsed()).isLessThan(Duration.ofMinutes(20));
    }
  }

  @Test
  void ratesThatWanderForMinutesAtATimeSeldomFailAFlightAndTheSplitNeedNotSeeThem() {
    int failed = 0;
    for (int seed = 0; seed < 200; seed++) {
      double[] moved = wandering(seed);
      double[] stayed = wandering(-1 - seed);
      var errors =
          new Rates(
              tick -> 0.05 * moved[tick / 6],
              tick -> 0.05 * stayed[tick / 6],
              tick -> 0.05 * stayed[tick / 6]);
      var judge = fly(UNGUARDED, errors, Rates.of(0.02, 0.02), seed);
      failed += judge.verdict() instanceof Verdict.Fail ? 1 : 0;
    }
    assertThat(failed).isLessThan(10);
  }

  /** By minutes: AR(1) of sd 0.3 on the logarithm, which keeps 0.9 of its value. */
  private static double[] wandering(long seed) {
    var random = new SplittableRandom(seed);
    double[] rates = new double[60];
    double wander = 0.3 * random.nextGaussian();
    for (int minute = 0; minute < rates.length; minute++) {
      rates[minute] = Math.exp(wander);
      wander = 0.9 * wander + 0.3 * Math.sqrt(0.19) * random.nextGaussian();
    }
    return rates;
  }

  @Test
  void aDifferenceThatRatesMightMakeByThemselvesIsSaidWhenTheTimeIsUp() {
    double[] wave = {1, 1.3, 1.7, 2.2, 1.8, 1.4};
    var errors = new Rates(tick -> 0.05 * wave[tick / 6 % 6], _ -> 0.05, _ -> 0.05);
    var judge = fly(UNGUARDED, errors, Rates.of(0.02, 0.02), 7);
    assertThat(judge.elapsed()).isEqualTo(POLICY.timeMax());
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Inconclusive.class,
            verdict -> assertThat(verdict.why()).contains("errors", "wander by themselves"));
  }

  @Test
  void whatIsSlightlyOverTheMarginNeverPasses() {
    for (int seed = 0; seed < 40; seed++) {
      assertThat(fly(Rates.of(0.026, 0.02), Rates.of(0.05, 0.05), seed).verdict())
          .isNotInstanceOf(Verdict.Pass.class);
    }
  }

  @Test
  void aGuardActsInTheTickThatShowsTheHarm() {
    var judge = fly(Rates.of(0.5, 0.02), Rates.of(0.05, 0.05), 1);
    assertThat(judge.elapsed()).isEqualTo(TICK);
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Fail.class, fail -> assertThat(fail.why()).contains("in the last tick"));
  }

  @Test
  void harmThatAddsUpIsStoppedByItsSum() {
    var few = FlightJudge.of(POLICY, METRICS);
    var reading = new Reading(new Arm(1000, 150), new Arm(500, 60), new Arm(500, 60));
    int ticks = 0;
    while (few.verdict() instanceof Verdict.Continue) {
      few = few.after(TICK, Map.of("errors", reading));
      ticks++;
    }
    // 30 more than usual in each tick, and 500 are allowed; 1.25 times as often is not harm.
    assertThat(ticks).isEqualTo(17);
    assertThat(few.verdict())
        .isInstanceOfSatisfying(
            Verdict.Fail.class,
            fail -> assertThat(fail.why()).contains("more than there would have been"));
  }

  @Test
  void whenBothHalvesOfThoseWhoStayedDifferNothingIsBlamedOnTheMove() {
    var shaking = new Rates(_ -> 0.12, _ -> 0.12, _ -> 0.02);
    var judge = fly(UNGUARDED, shaking, Rates.of(0.05, 0.05), 3);
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Inconclusive.class,
            verdict -> assertThat(verdict.why()).contains("two halves of those who stayed"));
  }

  @Test
  void withoutDataNothingPassesHoweverLongItIs() {
    var judge = FlightJudge.of(POLICY, METRICS);
    while (judge.verdict() instanceof Verdict.Continue) {
      judge =
          judge.after(
              TICK,
              Map.of("errors", new Reading(new Arm(300, 0), new Arm(300, 0), new Arm(300, 0))));
    }
    assertThat(judge.elapsed()).isEqualTo(POLICY.timeMax());
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Inconclusive.class,
            verdict ->
                assertThat(verdict.why())
                    .contains("the time is up", "errors (requests), slower than p95"));
  }

  @Test
  void theFindingsTellHowFarItIs() {
    var judge = fly(Rates.of(0.02, 0.02), Rates.of(0.05, 0.05), 5);
    assertThat(judge.verdict()).isInstanceOf(Verdict.Pass.class);
    for (Finding found : judge.findings()) {
      assertThat(found.towardsPass()).isEqualTo(1);
      assertThat(found.towardsFail()).isLessThan(0.5);
      assertThat(found.ratio().orElseThrow()).isCloseTo(1, within(0.2));
      assertThat(found.atMost().orElseThrow()).isLessThanOrEqualTo(1.25);
      assertThat(found.noisy()).isFalse();
    }
  }

  @Test
  void noiseOfOneMetricDoesNotHideTheHarmThatAnotherShows() {
    var shaking = new Rates(_ -> 0.05, _ -> 0.09, _ -> 0.01);
    var judge = fly(Rates.of(0.10, 0.02), shaking, 4);
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Fail.class, fail -> assertThat(fail.metric()).isEqualTo("errors"));
  }

  @Test
  void whatIsOnlyWatchedCanFailAFlightAndNeedNotBeProvenToPass() {
    var policy = Policy.standard(1, 2);
    var metrics = List.of(Policy.ERRORS, Policy.VERY_SLOW);
    var good = new Reading(new Arm(400, 8), new Arm(200, 4), new Arm(200, 4));
    var none = new Reading(new Arm(400, 0), new Arm(200, 0), new Arm(200, 0));
    var slow = new Reading(new Arm(400, 4), new Arm(200, 0), new Arm(200, 0));
    assertThat(until(policy, metrics, good, none)).isInstanceOf(Verdict.Pass.class);
    assertThat(until(policy, metrics, good, slow))
        .isInstanceOfSatisfying(
            Verdict.Fail.class, fail -> assertThat(fail.metric()).isEqualTo(Policy.VERY_SLOW));
    assertThatThrownBy(() -> FlightJudge.of(Policy.standard(1, 1), List.of(Policy.VERY_SLOW)))
        .hasMessageContaining("nothing to prove");
  }

  private static Verdict until(Policy policy, List<String> metrics, Reading first, Reading second) {
    var judge = FlightJudge.of(policy, metrics);
    while (judge.verdict() instanceof Verdict.Continue) {
      judge = judge.after(TICK, Map.of(metrics.get(0), first, metrics.get(1), second));
    }
    return judge.verdict();
  }

  /** A quarter more is within the margin, and ruled out twice; half as much more is neither. */
  @Test
  void whatIsRuledOutYetLooksWorseThanTheMarginDoesNotPass() {
    var policy = Policy.standard(1, 1);
    var metrics = List.of(Policy.ERRORS);
    var judge = FlightJudge.of(policy, metrics);
    var reading = new Reading(new Arm(1000, 28), new Arm(500, 10), new Arm(500, 10));
    while (judge.verdict() instanceof Verdict.Continue) {
      judge = judge.after(TICK, Map.of(Policy.ERRORS, reading));
    }
    assertThat(judge.findings().getFirst().atMost().orElseThrow()).isLessThan(2);
    assertThat(judge.verdict()).isNotInstanceOf(Verdict.Pass.class);
  }

  @Test
  void anHourOfGoodTicksDoesNotHideHarmThatBeginsAfterIt() {
    var policy =
        new Policy(
            0.25,
            1,
            new ErrorBudget(0.01, 1, 1),
            new ErrorBudget(0.01, 1, 1),
            Duration.ofHours(24),
            Duration.ofHours(48),
            Map.of(),
            Set.of(),
            0);
    var judge = FlightJudge.of(policy, List.of("errors"));
    var random = new SplittableRandom(1);
    for (int tick = 0; tick < 360; tick++) {
      judge = judge.after(TICK, Map.of("errors", reading(0.005, random)));
    }
    int ticks = 0;
    while (judge.verdict() instanceof Verdict.Continue) {
      judge = judge.after(TICK, Map.of("errors", reading(0.02, random)));
      ticks++;
    }
    assertThat(judge.verdict()).isInstanceOf(Verdict.Fail.class);
    assertThat(ticks).isLessThan(30);
  }

  private static Reading reading(double moved, SplittableRandom random) {
    return new Reading(arm(moved, random), arm(0.005, random), arm(0.005, random));
  }

  @Test
  void aJudgeThatWasKeptAndReadBackGoesOnAsIfThereHadBeenNoBreak() {
    var random = new SplittableRandom(2);
    var judge = FlightJudge.of(POLICY, METRICS);
    var kept = judge;
    for (int tick = 0; tick < 200; tick++) {
      var readings =
          Map.of("errors", reading(0.006, random), "slower than p95", reading(0.006, random));
      judge = judge.after(TICK, readings);
      kept = FlightJudge.of(POLICY, kept.after(TICK, readings).memory());
      assertThat(kept.verdict()).isEqualTo(judge.verdict());
      assertThat(kept.findings()).isEqualTo(judge.findings());
    }
    var memory = judge.memory();
    assertThatThrownBy(() -> FlightJudge.of(Policy.standard(3, 2), memory))
        .hasMessageContaining("begin anew");
  }

  @Test
  void sumsOfAMinuteTellExactlyWhatItsTicksTell() {
    var random = new SplittableRandom(6);
    var apart = FlightJudge.of(POLICY, METRICS);
    var sums = FlightJudge.of(POLICY, METRICS);
    for (int minute = 0; minute < 20; minute++) {
      var sum = new Reading(Arm.NONE, Arm.NONE, Arm.NONE);
      for (int tick = 0; tick < 6; tick++) {
        var reading = reading(0.007, random);
        apart = apart.after(TICK, Map.of("errors", reading));
        sum = sum.plus(reading);
      }
      sums = sums.after(TICK.multipliedBy(6), Map.of("errors", sum));
      var one = requireNonNull(apart.memory().metrics().get("errors")).effect();
      var other = requireNonNull(sums.memory().metrics().get("errors")).effect();
      for (int i = 0; i < one.late().size(); i++) {
        assertThat(other.likelihoods().get(i)).isCloseTo(one.likelihoods().get(i), within(1e-6));
        assertThat(other.late().get(i)).isCloseTo(one.late().get(i), withinPercentage(1e-6));
      }
    }
  }

  @Test
  void theBudgetIsDividedAmongAllThatIsJudged() {
    var budget = new ErrorBudget(0.06, 3, 2);
    assertThat(budget.each()).isCloseTo(0.01, within(1e-12));
    assertThat(budget.needed()).isCloseTo(100, within(1e-9));
    assertThat(budget.spent(1)).isCloseTo(0.02, within(1e-12));
    assertThat(budget.spent(9)).isCloseTo(0.06, within(1e-12));
    assertThatThrownBy(() -> new ErrorBudget(0, 1, 1)).hasMessageContaining("budget");
    assertThatThrownBy(() -> FlightJudge.of(POLICY, List.of("errors")))
        .hasMessageContaining("[errors]");
  }

  @Test
  void silenceOfThousandsPassesWhereNothingIsComparable() {
    Policy policy =
        Policy.standard(1, 1).lasting(Duration.ofMinutes(5), Duration.ofHours(1)).tolerating(0.001);
    var quiet = new Reading(new Arm(1000, 0), new Arm(1000, 0), new Arm(1000, 0));
    var judge = FlightJudge.of(policy, List.of("errors"));
    for (int i = 0; i < 5; i++) {
      judge = judge.after(Duration.ofMinutes(1), Map.of("errors", quiet));
    }
    assertThat(judge.verdict())
        .as("5000 requests are too few")
        .isInstanceOf(Verdict.Continue.class);
    for (int i = 0; i < 3; i++) {
      judge = judge.after(Duration.ofMinutes(1), Map.of("errors", quiet));
    }
    assertThat(judge.verdict()).isInstanceOf(Verdict.Pass.class);
    var unknown = FlightJudge.of(policy, List.of("errors"));
    var nobody = new Reading(Arm.NONE, new Arm(100_000, 0), new Arm(100_000, 0));
    assertThat(unknown.after(Duration.ofMinutes(30), Map.of("errors", nobody)).verdict())
        .as("nobody moved")
        .isInstanceOf(Verdict.Continue.class);
  }
}
