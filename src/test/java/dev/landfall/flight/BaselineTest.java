package dev.landfall.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is slow is said by those who stayed. */
class BaselineTest {
  private static final List<Long> MILLIS_1_TO_64 =
      List.of(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 64_000L);
  private static final List<Long> OF_10_000 =
      List.of(9_900L, 8_000L, 4_800L, 1_500L, 400L, 90L, 5L);

  private static Baseline slowerBy(int millis) {
    return Baseline.of(MILLIS_1_TO_64, 10_000, OF_10_000, Duration.ofMillis(millis));
  }

  @Test
  void eachBoundIsTheOneWhoseShareIsNearestToItsQuantile() {
    assertThat(slowerBy(0).slow())
        .containsExactly(
            new Baseline.Slow("slower than the p50", 4_000, 4_000, 0.48),
            new Baseline.Slow("slower than the p95", 16_000, 16_000, 0.04),
            new Baseline.Slow("slower than the p99", 32_000, 32_000, 0.009),
            new Baseline.Slow("slower than twice the p99", 64_000, 64_000, 0.0005));
  }

  @Test
  void theMovedMayBeSlowerByWhatNobodyMinds() {
    assertThat(slowerBy(10).slow())
        .extracting(Baseline.Slow::movedMicros)
        .containsExactly(16_000L, 32_000L, 32_000L, 64_000L);
    assertThat(slowerBy(1000).slow()).extracting(Baseline.Slow::movedMicros).containsOnly(64_000L);
  }

  @Test
  void whatHardlyEverHappensNeedNotBeProven() {
    assertThat(slowerBy(0).tooRare()).containsExactly("slower than twice the p99");
  }

  @Test
  void whereEverythingIsFasterThanAnyBoundTheFirstOneIsTaken() {
    var none = List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L);
    assertThat(Baseline.of(MILLIS_1_TO_64, 500, none, Duration.ZERO).slow())
        .extracting(Baseline.Slow::stayedMicros)
        .containsExactly(1_000L, 1_000L, 1_000L, 2_000L);
  }

  @Test
  void whereEverythingIsSlowerThanAllOfThemTheLastOneIsTaken() {
    var all = List.of(500L, 500L, 500L, 500L, 500L, 500L, 500L);
    assertThat(Baseline.of(MILLIS_1_TO_64, 500, all, Duration.ofSeconds(1)).slow().getLast())
        .isEqualTo(new Baseline.Slow("slower than twice the p99", 2_000, 64_000, 1));
  }
}
