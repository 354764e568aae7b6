package dev.landfall.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Our reading of Kayenta's rule says what Kayenta said of the samples that its users published: the
 * comparison of the bench stands on that.
 */
class MannWhitneyTest {
  /** Metric values of ten minutes, so many of which are of one kind and the rest of the other. */
  private static double[] ten(int count, double those, double others) {
    var values = new double[10];
    Arrays.fill(values, others);
    Arrays.fill(values, 0, count, those);
    return values;
  }

  private static boolean high(double[] canary, double[] baseline) {
    return MannWhitney.high(canary, baseline, canary.length);
  }

  /** See <a href="https://github.com/spinnaker/spinnaker/issues/6278">spinnaker 6278</a>. */
  @Test
  void sevenMinutesOfTenAreNotHighAndEightAreWhateverTheirSize() {
    double[] ones = ten(10, 1, 1);
    for (double size : new double[] {2, 3, 100, 1000}) {
      assertThat(high(ten(7, size, 1), ones)).as("seven of %s", size).isFalse();
      assertThat(high(ten(8, size, 1), ones)).as("eight of %s", size).isTrue();
    }
  }

  /** See <a href="https://github.com/spinnaker/spinnaker/issues/5622">spinnaker 5622</a>. */
  @Test
  void redirectsInHalfOfTheMinutesAreNotHighBesideNone() {
    double[] redirects = {0, 0.048, 0, 0.18, 0.089, 0, 0.098, 0.035, 0, 0};
    assertThat(high(redirects, new double[10])).isFalse();
  }

  /** See <a href="https://github.com/spinnaker/kayenta/issues/426">kayenta 426</a>. */
  @Test
  void sparseErrorsAreNotHighBesideNone() {
    assertThat(high(new double[] {0, 1, 2, 1, 0, 0}, new double[6])).isFalse();
  }

  /** See <a href="https://github.com/spinnaker/kayenta/issues/799">kayenta 799</a>. */
  @Test
  void errorsInEachMinuteAreHighBesideNone() {
    assertThat(high(new double[] {1, 4, 2, 3, 1}, new double[5])).isTrue();
  }

  @Test
  void whatIsLowOrEqualIsNotHigh() {
    assertThat(high(ten(10, 1, 1), ten(10, 1, 1))).isFalse();
    assertThat(high(ten(10, 1, 1), ten(10, 100, 100))).isFalse();
    assertThat(high(ten(8, 1, 100), ten(10, 100, 100))).isFalse();
  }

  /** What makes the rule alarm for nothing where it is asked too early; the page says so. */
  @Test
  void twoMinutesThatAreApartAreHigh() {
    assertThat(high(new double[] {3, 4}, new double[] {1, 2})).isTrue();
  }
}
