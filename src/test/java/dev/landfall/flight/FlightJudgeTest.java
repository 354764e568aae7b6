package dev.landfall.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.landfall.stats.Arm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
          new ErrorBudget(0.05, 3, 2),
          new ErrorBudget(0.05, 3, 2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(60),
          GUARD);

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
    var random = new SplittableRandom(seed);
    var judge = FlightJudge.of(POLICY, METRICS);
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
      var judge = fly(Rates.of(0.02, 0.02), Rates.of(0.10, 0.05), seed);
      assertThat(judge.verdict()).isInstanceOf(Verdict.Fail.class);
      var fail = (Verdict.Fail) judge.verdict();
      assertThat(fail.metric()).isEqualTo("slower than p95");
      assertThat(fail.why()).contains("slower than p95", "times as often", "1.25 times is proven");
      assertThat(judge.elapsed()).isLessThan(Duration.ofMinutes(10));
    }
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
    var judge = fly(shaking, Rates.of(0.05, 0.05), 3);
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
                assertThat(verdict.why()).contains("the time is up", "errors, slower than p95"));
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
}
