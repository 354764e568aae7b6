package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private static boolean after(int seconds, IntToLongFunction lagBytes) {
    var memory = new Convergence();
    boolean last = false;
    for (int second = 0; second <= seconds; second++) {
      last = memory.fallsBehind(Instant.ofEpochSecond(second), lagBytes.applyAsLong(second));
    }
    return last;
  }

  @Test
  void aLagThatGrowsForAMinuteIsToldAndAShorterOneIsNot() {
    assertThat(after(90, second -> second * 1_000_000L)).isTrue();
    assertThat(after(40, second -> second * 1_000_000L)).isFalse();
  }

  @Test
  void aLagThatShrinksOrIsSmallIsNotTold() {
    assertThat(after(90, second -> 500_000_000L - second * 1_000_000L)).isFalse();
    assertThat(after(90, second -> second * 1_000L)).isFalse();
  }
}
