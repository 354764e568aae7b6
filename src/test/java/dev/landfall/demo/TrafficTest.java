package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void theWriteGapIsTheLongestTimeBetweenTwoAcknowledgedWritesThatTouchesTheWindow() {
    var traffic = new Traffic(0);
    for (long each : new long[] {1, 2, 9, 10, 11, 13}) {
      traffic.wrote(each * SECOND);
    }
    assertThat(traffic.writeGap(0, 20 * SECOND)).isEqualTo(Duration.ofSeconds(7));
    assertThat(traffic.writeGap(10 * SECOND, 20 * SECOND)).isEqualTo(Duration.ofSeconds(2));
    assertThat(traffic.writeGap(4 * SECOND, 5 * SECOND)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void secondsAreCountedBySideAndFailuresApart() {
    var traffic = new Traffic(0);
    traffic.answered("source", 0, SECOND / 2);
    traffic.answered("target", SECOND, 2 * SECOND + 1);
    traffic.failed("broke", SECOND, 2 * SECOND + 1);
    assertThat(traffic.seconds())
        .containsExactly(
            new Traffic.Second(1, 0, 0, 0),
            new Traffic.Second(0, 0, 0, 0),
            new Traffic.Second(0, 1, 1, 0));
    assertThat(traffic.longestWait(0, SECOND)).isLessThan(Duration.ofMillis(501));
    assertThat(traffic.longestWait(SECOND, 3 * SECOND)).isGreaterThan(Duration.ofMillis(999));
    assertThat(traffic.total()).isEqualTo(3);
    assertThat(traffic.failed()).isEqualTo(1);
    assertThat(traffic.failures()).containsExactly("broke");
    assertThat(traffic.longestWait()).isBetween(Duration.ofMillis(999), Duration.ofMillis(1002));
  }

  @Test
  void aCustomerWhoNeverGetsAnAnswerCountsTheWholeWait() {
    var traffic = new Traffic(0);
    traffic.failed("timed out", 0, 20 * SECOND);
    assertThat(traffic.longestWait()).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
  }
}
