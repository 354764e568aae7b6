package dev.landfall.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateBoundTest {
  private static final double ALPHA = 0.01;

  /** The first look at which it is proof, of so many units one by one; -1 when there is none. */
  private static int proofAt(double bound, double rate, int units, SplittableRandom random) {
    RateBound judge = RateBound.below(bound);
    for (int i = 1; i <= units; i++) {
      judge = judge.after(new Arm(1, random.nextDouble() < rate ? 1 : 0));
      if (judge.rarer() >= 1 / ALPHA) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void whoLooksAfterEveryUnitIsNotFooledMoreOftenThanPromised() {
    var random = new SplittableRandom(5);
    int fooled = 0;
    for (int run = 0; run < 3000; run++) {
      fooled += proofAt(0.01, 0.01, 3000, random) > 0 ? 1 : 0;
    }
    assertThat(fooled / 3000.0).isLessThan(ALPHA);
  }

  @Test
  void silenceOfEnoughUnitsIsProofAndOfFewIsNone() {
    assertThat(RateBound.below(0.01).rarer()).isEqualTo(1);
    assertThat(RateBound.below(0.01).after(new Arm(300, 0)).rarer()).isLessThan(100);
    assertThat(RateBound.below(0.01).after(new Arm(700, 0)).rarer()).isGreaterThan(100);
  }

  @Test
  void rareEventsAreProvenRareAllTheSame() {
    var random = new SplittableRandom(6);
    for (int run = 0; run < 100; run++) {
      assertThat(proofAt(0.01, 0.001, 20_000, random)).isPositive();
    }
  }

  @Test
  void aBoundIsARate() {
    for (double wrong : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatThrownBy(() -> RateBound.below(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
