package dev.landfall.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
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

  /**
   * ln(100) / KL(2/3 || 1/2) = 81 events, at 3 a tick, if one knew that it is twice and cared for
   * nothing else. That small ratios weigh little costs as much again: it is the price of not taking
   * a noise that lasts for minutes for harm.
   */
  @Test
  void twiceAsManyErrorsAreFoundInAboutTwiceAsManyEventsAsTheoryNeeds() {
    int[] at = decided(Flight.even(0.005, 2), 0, 0.01, RateRatio::worse);
    assertThat(share(at)).isGreaterThan(0.99);
    assertThat(median(at)).isBetween(40, 65);
  }

  @Test
  void withEvenWeightsTheyAreFoundInAboutAsManyEventsAsTheoryNeeds() {
    int[] at = decided(Flight.even(0.005, 2), 0, 0.01, RateRatio::differs);
    assertThat(share(at)).isGreaterThan(0.99);
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

  /**
   * The bound itself, where it is tightest: at the margin, looked at after each of 240 ticks, with
   * a share that goes up and back, an outage of all, and harm that may begin at any tenth tick.
   */
  @Test
  void inTwoThousandRunsAlarmsAtTheMarginStayWithinTheirBudgetAtEveryTick() {
    var changing =
        new Flight(
            at -> 20 + 180 * (at % 80) / 80,
            at -> 200 - 180 * (at % 80) / 80,
            at -> at > 100 && at < 130 ? 0.2 : 0.01,
            1.25);
    int alarms = 0;
    int passes = 0;
    for (int run = 0; run < 2000; run++) {
      var random = new SplittableRandom(run);
      var harm = RateRatio.against(0.25);
      boolean alarmed = false;
      boolean passed = false;
      for (int at = 0; at < TICKS; at++) {
        harm = at > 0 && at % 10 == 0 ? harm.orFromNow(0.03) : harm;
        harm = harm.after(changing.tick(at, random));
        alarmed |= harm.worse() >= 1 / ALPHA;
        passed |= harm.notWorse() >= 1 / ALPHA;
      }
      alarms += alarmed ? 1 : 0;
      passes += passed ? 1 : 0;
    }
    assertThat(alarms).isBetween(1, (int) (2000 * ALPHA));
    assertThat(passes).isBetween(1, (int) (2000 * ALPHA));
  }

  @Test
  void harmThatBeginsLateIsFoundLongBeforeItOutweighsTheGoodTimeBefore() {
    var random = new SplittableRandom(11);
    var once = RateRatio.against(0.25);
    var any = RateRatio.against(0.25);
    for (int tick = 0; tick < 1000; tick++) {
      any = tick > 0 && tick % 10 == 0 ? any.orFromNow(0.01) : any;
      Tick good = Flight.even(0.005, 1).tick(tick, random);
      once = once.after(good);
      any = any.after(good);
    }
    int found = 0;
    while (any.worse() < 100) {
      Tick bad = Flight.even(0.005, 4).tick(found, random);
      once = once.after(bad);
      any = any.after(bad);
      found++;
    }
    assertThat(found).isLessThan(60);
    // All that is left of it is the weight of what may still begin.
    assertThat(once.worse()).isLessThan(0.2);
    var spent = any;
    assertThatThrownBy(() -> spent.orFromNow(0.02))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.02");
  }

  @Test
  void ticksOfTheSameSharesTellExactlyWhatTheirSumTells() {
    var apart = RateRatio.between(0.25, 1);
    var all = new Tick(Arm.NONE, Arm.NONE);
    var random = new SplittableRandom(3);
    for (int tick = 0; tick < 50; tick++) {
      int units = 100 * (1 + tick % 7);
      var next =
          new Tick(
              new Arm(units, Flight.events(units, 0.03, random)),
              new Arm(3L * units, Flight.events(3 * units, 0.02, random)));
      apart = apart.after(next);
      all = new Tick(all.moved().plus(next.moved()), all.stayed().plus(next.stayed()));
    }
    var sum = RateRatio.between(0.25, 1).after(all);
    assertThat(sum.worse()).isCloseTo(apart.worse(), withinPercentage(1e-6));
    assertThat(sum.notWorse()).isCloseTo(apart.notWorse(), withinPercentage(1e-6));
    assertThat(sum.differs()).isCloseTo(apart.differs(), withinPercentage(1e-6));
    assertThat(sum.estimate().orElseThrow())
        .isCloseTo(apart.estimate().orElseThrow(), within(1e-9));
    assertThat(sum.atMost(ALPHA)).isEqualTo(apart.atMost(ALPHA));
  }

  /** Nobody is worse off here in either tick; most of the moved were just there in the bad one. */
  @Test
  void ticksOfOtherSharesMustNotBeSummedBecauseTheSumBlamesTheLargerGroup() {
    var before = new Tick(new Arm(1000, 10), new Arm(9000, 90));
    var after = new Tick(new Arm(9000, 900), new Arm(1000, 100));
    var apart = RateRatio.against(0.25).after(before).after(after);
    var sum =
        RateRatio.against(0.25)
            .after(
                new Tick(before.moved().plus(after.moved()), before.stayed().plus(after.stayed())));
    assertThat(apart.worse()).isLessThan(0.2);
    assertThat(apart.estimate().orElseThrow()).isCloseTo(1, within(1e-9));
    assertThat(sum.worse()).isGreaterThan(1e6);
  }

  /** Poisson-like arrivals at one intended share: what a minute's sum is off by, in nats. */
  @Test
  void whereSharesOnlyWaverByChanceASumTellsNearlyTheSame() {
    double largest = 0;
    for (int run = 0; run < 100; run++) {
      var random = new SplittableRandom(run);
      var apart = RateRatio.against(0.25);
      var all = new Tick(Arm.NONE, Arm.NONE);
      for (int tick = 0; tick < 60; tick++) {
        int moved = Flight.events(40, 0.5, random);
        int stayed = Flight.events(40, 0.5, random);
        var next =
            new Tick(
                new Arm(moved, Flight.events(moved, 0.02, random)),
                new Arm(stayed, Flight.events(stayed, 0.005, random)));
        apart = apart.after(next);
        all = new Tick(all.moved().plus(next.moved()), all.stayed().plus(next.stayed()));
      }
      double sum = RateRatio.against(0.25).after(all).worse();
      largest = Math.max(largest, Math.abs(Math.log(sum / apart.worse())));
    }
    assertThat(largest).isLessThan(2);
  }

  @Test
  void whatIsKeptGoesOnAsIfThereHadBeenNoBreak() {
    var random = new SplittableRandom(5);
    var test = RateRatio.between(0.25, 1);
    for (int tick = 0; tick < 40; tick++) {
      test = tick == 20 ? test.orFromNow(0.5) : test;
      test = test.after(Flight.even(0.02, 1.5).tick(tick, random));
    }
    var next = Flight.even(0.02, 3).tick(40, random);
    var kept = RateRatio.of(test.memory()).after(next);
    assertThat(kept.memory()).isEqualTo(test.after(next).memory());
    assertThat(kept.worse()).isEqualTo(test.after(next).worse());
    var other = new RateRatio.Memory(0.25, 1, List.of(1.0), List.of(), Arm.NONE, Arm.NONE, 0, 0);
    assertThatThrownBy(() -> RateRatio.of(other)).hasMessageContaining("another version");
  }

  @Test
  void figuresThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new Arm(1, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Arm(1, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RateRatio.against(-0.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RateRatio.between(1, 0.5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RateRatio.against(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
