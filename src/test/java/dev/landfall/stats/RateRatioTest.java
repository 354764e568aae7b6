package dev.landfall.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Each figure comes from many seeded runs that are looked at after every tick. */
class RateRatioTest {
  private static final double ALPHA = 0.05;
  private static final int RUNS = 400;
  private static final int TICKS = 240;

  /**
   * A run of one flight.
   *
   * @param moved the moved units of a tick
   * @param stayed the staying ones
   * @param rate the rate of events of those who stay, at a tick
   * @param ratio how many times as high it is for the moved
   */
  private record Flight(
      IntUnaryOperator moved, IntUnaryOperator stayed, IntToDoubleFunction rate, double ratio) {
    static Flight even(double rate, double ratio) {
      return new Flight(_ -> 200, _ -> 200, _ -> rate, ratio);
    }

    Tick tick(int at, SplittableRandom random) {
      int movedUnits = moved.applyAsInt(at);
      int stayedUnits = stayed.applyAsInt(at);
      double base = rate.applyAsDouble(at);
      return new Tick(
          new Arm(movedUnits, events(movedUnits, base * ratio, random)),
          new Arm(stayedUnits, events(stayedUnits, base, random)));
    }

    private static int events(int units, double rate, SplittableRandom random) {
      int events = 0;
      for (int i = 0; i < units; i++) {
        events += random.nextDouble() < rate ? 1 : 0;
      }
      return events;
    }
  }

  /** The tick at which the evidence is enough, in each run; {@link #TICKS} when it never is. */
  private static int[] decided(
      Flight flight, double margin, double alpha, ToDoubleFunction<RateRatio> evidence) {
    int[] at = new int[RUNS];
    for (int run = 0; run < RUNS; run++) {
      var random = new SplittableRandom(run);
      var test = RateRatio.against(margin);
      at[run] = TICKS;
      for (int tick = 0; tick < TICKS; tick++) {
        test = test.after(flight.tick(tick, random));
        if (evidence.applyAsDouble(test) >= 1 / alpha) {
          at[run] = tick + 1;
          break;
        }
      }
    }
    return at;
  }

  private static double share(int[] decided) {
    return Arrays.stream(decided).filter(at -> at < TICKS).count() / (double) decided.length;
  }

  private static int median(int[] decided) {
    return Arrays.stream(decided).sorted().toArray()[decided.length / 2];
  }

  @Test
  void falseAlarmsStayWithinTheirBudgetAlthoughOneLooksAfterEveryTick() {
    assertThat(share(decided(Flight.even(0.005, 1), 0, ALPHA, RateRatio::worse)))
        .isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void soTheyDoWhereItIsAsBadAsTheMarginJustAllows() {
    assertThat(share(decided(Flight.even(0.005, 1.25), 0.25, ALPHA, RateRatio::worse)))
        .isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void soTheyDoWithSharesThatRiseAndAnOutageThatHitsAll() {
    var rising =
        new Flight(at -> 200 + at, at -> 250 - at, at -> at > 100 && at < 130 ? 0.2 : 0.005, 1);
    assertThat(share(decided(rising, 0, ALPHA, RateRatio::worse))).isLessThanOrEqualTo(ALPHA);
    assertThat(share(decided(rising, 1, ALPHA, RateRatio::notWorse))).isGreaterThan(0.9);
  }

  @Test
  void soTheyDoForEventsThatAreAnythingButRare() {
    assertThat(share(decided(Flight.even(0.5, 1), 0, ALPHA, RateRatio::worse)))
        .isLessThanOrEqualTo(ALPHA);
    assertThat(share(decided(Flight.even(0.5, 1.2), 0.2, ALPHA, RateRatio::notWorse)))
        .isLessThanOrEqualTo(ALPHA);
  }

  /** What one would do without e-values: ask once a tick whether 1.645 sigma are exceeded. */
  @Test
  void anOrdinaryTestLookedAtAfterEveryTickAlarmsForNothing() {
    var flight = Flight.even(0.005, 1);
    int[] at =
        decided(
            flight,
            0,
            ALPHA,
            test -> {
              double all = test.moved().events() + test.stayed().events();
              double z = (test.moved().events() - all / 2) / Math.sqrt(Math.max(1, all / 4));
              return z > 1.645 ? 1 / ALPHA : 0;
            });
    assertThat(share(at)).isGreaterThan(0.2);
  }

  @Test
  void twiceAsManyErrorsAreFoundInAboutAsManyEventsAsTheoryNeeds() {
    int[] at = decided(Flight.even(0.005, 2), 0, 0.01, RateRatio::worse);
    assertThat(share(at)).isGreaterThan(0.99);
    // ln(100) / KL(2/3 || 1/2) = 81 events, at 3 a tick; a mixture over ratios costs some more.
    assertThat(median(at)).isBetween(20, 45);
  }

  @Test
  void tenTimesAsManyErrorsAreFoundAtOnce() {
    assertThat(median(decided(Flight.even(0.005, 10), 0, 0.01, RateRatio::worse))).isLessThan(5);
  }

  @Test
  void whatIsNoWorseIsProvenToBeWithinAMargin() {
    assertThat(share(decided(Flight.even(0.02, 1), 0.5, ALPHA, RateRatio::notWorse)))
        .isGreaterThan(0.99);
  }

  @Test
  void whatIsAsBadAsTheMarginIsNotPassed() {
    assertThat(share(decided(Flight.even(0.02, 1.5), 0.5, ALPHA, RateRatio::notWorse)))
        .isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void withoutEventsOrWithoutOneOfTheGroupsNothingIsProven() {
    var test = RateRatio.against(0.25);
    for (int i = 0; i < 1000; i++) {
      test = test.after(new Tick(new Arm(1000, 0), new Arm(1000, 0)));
      test = test.after(new Tick(new Arm(1000, 1000), Arm.NONE));
      test = test.after(new Tick(Arm.NONE, new Arm(1000, 1000)));
    }
    assertThat(test.worse()).isEqualTo(1);
    assertThat(test.notWorse()).isEqualTo(1);
    assertThat(test.estimate()).isEmpty();
    assertThat(test.atLeast(ALPHA)).isEmpty();
    assertThat(test.atMost(ALPHA)).isEmpty();
    assertThat(test.moved()).isEqualTo(new Arm(2_000_000, 1_000_000));
  }

  @Test
  void theEstimateIsNotBentByAShareThatRisesWhileErrorsFall() {
    var test = RateRatio.against(0);
    // The pooled rates are 28 in 1100 and 1010 in 11000: three times fewer, for nothing.
    test = test.after(new Tick(new Arm(100, 10), new Arm(10_000, 1000)));
    test = test.after(new Tick(new Arm(1000, 10), new Arm(1000, 10)));
    assertThat(test.estimate().orElseThrow()).isCloseTo(1, within(0.01));
  }

  @Test
  void theIntervalHoldsTheTruthAndTheEstimate() {
    var random = new SplittableRandom(7);
    var flight = Flight.even(0.02, 3);
    var test = RateRatio.against(0);
    for (int tick = 0; tick < TICKS; tick++) {
      test = test.after(flight.tick(tick, random));
    }
    assertThat(test.atLeast(ALPHA).orElseThrow()).isBetween(2.0, 3.0);
    assertThat(test.atMost(ALPHA).orElseThrow()).isBetween(3.0, 4.0);
    assertThat(test.estimate().orElseThrow()).isCloseTo(3, within(0.4));
  }

  @Test
  void figuresThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new Arm(1, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Arm(1, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RateRatio.against(-0.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RateRatio.against(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
