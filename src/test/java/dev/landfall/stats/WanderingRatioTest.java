package dev.landfall.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WanderingRatioTest {
  private static final double MARGIN = 0.25;
  private static final int MINUTES = 120;

  /** A tick of rare events, so that a binomial and a Poisson distribution are the same. */
  private static Tick tick(double moved, double stayed, SplittableRandom random) {
    return tick(poisson(moved, random), poisson(stayed, random));
  }

  private static Tick tick(long moved, long stayed) {
    return new Tick(new Arm(1_000_000, moved), new Arm(1_000_000, stayed));
  }

  private static long poisson(double mean, SplittableRandom random) {
    long count = 0;
    double left = mean - random.nextExponential();
    while (left > 0) {
      count++;
      left -= random.nextExponential();
    }
    return count;
  }

  private static double weight(int minute) {
    return minute / (minute + 60.0) - (minute - 1) / (minute + 59.0);
  }

  /** The highest evidence in two hours, looked at every ten seconds. */
  private static double highest(double perMinute, double ratio, double sd, long seed) {
    var random = new SplittableRandom(seed);
    var test = WanderingRatio.beyond(MARGIN);
    double wander = sd * random.nextGaussian();
    double highest = 0;
    for (int minute = 0; minute < MINUTES; minute++) {
      if (minute > 0) {
        test = test.orFromNow(1, weight(minute));
        wander = 0.9 * wander + sd * Math.sqrt(1 - 0.81) * random.nextGaussian();
      }
      for (int tick = 0; tick < 6; tick++) {
        double stayed = perMinute / 6;
        test = test.after(tick(stayed * ratio * Math.exp(wander), stayed, random));
        highest = Math.max(highest, test.worse());
      }
    }
    return highest;
  }

  private static double reached(double perMinute, double ratio, double sd, double needed) {
    int runs = 200;
    int reached = 0;
    for (int seed = 0; seed < runs; seed++) {
      reached += highest(perMinute, ratio, sd, seed) >= needed ? 1 : 0;
    }
    return (double) reached / runs;
  }

  @Test
  void againstRatesThatWanderItsExpectationIsOneWhateverIsSeen() {
    var begun = WanderingRatio.beyond(MARGIN);
    var where = Wanderer.aroundOne(WanderingRatio.WANDER_SD, WanderingRatio.KEPT);
    double expected = 0;
    double all = 0;
    for (int first = 0; first <= 6; first++) {
      double[] ifFirst = likely(first, 6);
      double probability = where.probability(ifFirst);
      var later = where.after(ifFirst, probability).later(2);
      var test = begun.after(tick(first, 6 - first)).orFromNow(2, 0.1);
      for (int second = 0; second <= 9; second++) {
        double both = probability * later.probability(likely(second, 9));
        all += both;
        expected += both * test.after(tick(second, 9 - second)).worse();
      }
    }
    assertThat(all).isCloseTo(1, within(1e-9));
    assertThat(expected).isCloseTo(1, within(1e-9));
  }

  /** How probable each ratio makes it that so many of some events are of the moved. */
  private static double[] likely(int moved, int events) {
    double ways = 1;
    for (int i = 1; i <= moved; i++) {
      ways = ways * (events - moved + i) / i;
    }
    double all = ways;
    return Arrays.stream(RateRatio.GRID)
        .map(ratio -> ratio / (ratio + 1))
        .map(theta -> all * Math.pow(theta, moved) * Math.pow(1 - theta, events - moved))
        .toArray();
  }

  @Test
  void aRatioThatWandersMovesAsItsProcessDoes() {
    var where = Wanderer.aroundOne(0.4, 0.9);
    double[] settled = where.where();
    double[] later = where.later(5).where();
    double variance = 0;
    for (int i = 0; i < settled.length; i++) {
      assertThat(later[i]).isCloseTo(settled[i], within(1e-3));
      variance += settled[i] * Math.pow(Math.log(RateRatio.GRID[i]), 2);
    }
    assertThat(Math.sqrt(variance)).isCloseTo(0.4, within(1e-3));

    double[] known = new double[settled.length];
    known[50] = 1;
    double[] afterThree = where.at(known).later(3).where();
    double mean = 0;
    for (int i = 0; i < known.length; i++) {
      mean += afterThree[i] * Math.log(RateRatio.GRID[i]);
    }
    assertThat(mean).isCloseTo(0.729 * Math.log(RateRatio.GRID[50]), within(1e-2));
  }

  @Test
  void ratesThatWanderReachTheLevelOfTwentyInNoMoreThanOneFlightOfTwenty() {
    assertThat(reached(6, 1, WanderingRatio.WANDER_SD, 20)).isLessThan(0.07);
    assertThat(reached(100, 1, WanderingRatio.WANDER_SD, 20)).isLessThan(0.07);
  }

  @Test
  void soDoThoseThatWanderLessAndThoseThatWanderAroundLess() {
    for (double perMinute : new double[] {10, 100}) {
      assertThat(reached(perMinute, 1, WanderingRatio.WANDER_SD / 4, 20)).isLessThan(0.03);
      assertThat(reached(perMinute, 1, WanderingRatio.WANDER_SD / 2, 20)).isLessThan(0.05);
      assertThat(reached(perMinute, 0.7, WanderingRatio.WANDER_SD, 20)).isLessThan(0.05);
    }
  }

  @Test
  void harmIsFoundAlsoWhereRatesWander() {
    assertThat(reached(100, 4, WanderingRatio.WANDER_SD, 20)).isGreaterThan(0.95);
    assertThat(reached(100, 4, 0, 20)).isEqualTo(1);
    assertThat(reached(100, 2, 0, 20)).isEqualTo(1);
  }

  @Test
  void aRatioThatKeepsStillIsToldFromOneThatWandersWithinMinutesWhereMuchIsSeen() {
    var random = new SplittableRandom(1);
    var test = WanderingRatio.beyond(MARGIN);
    for (int minute = 1; minute < 10; minute++) {
      test = test.after(tick(1500, 1000, random)).orFromNow(1, weight(minute));
    }
    assertThat(test.worse()).isGreaterThan(20);
  }

  @Test
  void ticksOfAMinuteTellWhatTheirSumTells() {
    var random = new SplittableRandom(3);
    var apart = WanderingRatio.beyond(MARGIN);
    var sums = WanderingRatio.beyond(MARGIN);
    for (int minute = 1; minute <= 30; minute++) {
      long moved = 0;
      long stayed = 0;
      for (int tick = 0; tick < 6; tick++) {
        Tick now = tick(2, 1, random);
        apart = apart.after(now);
        moved += now.moved().events();
        stayed += now.stayed().events();
      }
      // The units of a sum are those of six ticks; their ratio is what counts.
      sums = sums.after(tick(moved, stayed));
      assertThat(sums.worse()).isCloseTo(apart.worse(), withinPercentage(1e-6));
      apart = apart.orFromNow(1, weight(minute));
      sums = sums.orFromNow(1, weight(minute));
    }
  }

  @Test
  void withoutEventsOrWithoutOneOfTheGroupsNothingIsProven() {
    var nothing = WanderingRatio.beyond(MARGIN);
    var empty =
        nothing
            .after(new Tick(new Arm(1000, 0), new Arm(1000, 0)))
            .after(new Tick(new Arm(1000, 50), Arm.NONE))
            .orFromNow(100_000, 0.5);
    assertThat(empty.worse()).isCloseTo(1, within(1e-9));
  }

  @Test
  void itRemainsANumberWhateverIsSeen() {
    var test = WanderingRatio.beyond(10);
    for (int minute = 1; minute < 40; minute++) {
      boolean ill = minute % 10 > 6;
      test = test.after(tick(ill ? 900_000 : 0, ill ? 0 : 900_000)).orFromNow(1, weight(minute));
      assertThat(test.worse()).isFinite().isNotNegative();
    }
    for (int minute = 40; minute < 80; minute++) {
      test = test.after(tick(900_000, 1)).orFromNow(1, weight(minute));
    }
    assertThat(test.worse()).isFinite().isGreaterThan(1e6);
  }

  @Test
  void whatIsKeptGoesOnAsIfThereHadBeenNoBreak() {
    var random = new SplittableRandom(4);
    var test = WanderingRatio.beyond(MARGIN);
    for (int minute = 1; minute < 20; minute++) {
      test = test.after(tick(9, 6, random)).orFromNow(1, weight(minute));
    }
    Tick next = tick(20, 5, random);
    var kept = WanderingRatio.of(test.memory()).after(next).orFromNow(1, 0.01);
    assertThat(kept.memory()).isEqualTo(test.after(next).orFromNow(1, 0.01).memory());
  }

  @Test
  void figuresThatCannotBeAreRefused() {
    var test = WanderingRatio.beyond(MARGIN);
    assertThatThrownBy(() -> WanderingRatio.beyond(-0.1)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> WanderingRatio.beyond(11)).hasMessageContaining("11");
    assertThatThrownBy(() -> test.orFromNow(0, 0.1)).hasMessageContaining("0 minutes");
    assertThatThrownBy(() -> test.orFromNow(1, 1.1)).hasMessageContaining("weight of 1.1");
    var memory = test.memory();
    var other =
        new WanderingRatio.Memory(
            memory.margin(),
            memory.innocent().subList(1, 61),
            memory.restless(),
            memory.fromStart(),
            memory.late());
    assertThatThrownBy(() -> WanderingRatio.of(other)).hasMessageContaining("begin anew");
  }
}
