package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuantitiesTest {
  /** Nothing that a calendar would have to be asked for, as how long a day is. */
  @Test
  void aDayIsTwentyFourHoursAndIsoPeriodsAreNotRead() {
    assertThat(Quantities.time("1d")).contains(Duration.ofHours(24));
    assertThat(Quantities.time("1d12h")).contains(Duration.ofHours(36));
    assertThat(Quantities.time("P1D")).isEmpty();
    assertThat(Quantities.time("PT24H")).isEmpty();
    assertThat(Quantities.time("1w")).isEmpty();
  }
}
