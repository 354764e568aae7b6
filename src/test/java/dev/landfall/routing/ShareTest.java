package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Side;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ShareTest {
  @Test
  void everyShareIsExactOverAHundredRequests() {
    for (int percent = 0; percent <= 100; percent++) {
      int share = percent;
      long toTarget =
          LongStream.range(700, 800).filter(n -> Share.of(n, share) == Side.TARGET).count();
      assertThat(toTarget).isEqualTo(percent);
    }
  }

  @Test
  void aSmallShareIsSpreadOut() {
    assertThat(LongStream.range(0, 50).filter(n -> Share.of(n, 2) == Side.TARGET).count())
        .isEqualTo(1);
  }
}
