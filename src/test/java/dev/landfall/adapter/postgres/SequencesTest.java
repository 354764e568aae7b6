package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequencesTest {
  private static Sequences.Position at(long last, long increment, long min, long max) {
    return new Sequences.Position("s", last, true, increment, min, max);
  }

  @Test
  void aSequenceIsMovedByWholeSteps() {
    assertThat(at(10, 3, 1, 1_000_000).ahead(1000).last()).isEqualTo(3010);
  }

  @Test
  void aSequenceThatCountsDownIsMovedDown() {
    assertThat(at(-10, -2, -1_000_000, -1).ahead(1000).last()).isEqualTo(-2010);
  }

  @Test
  void theMarginIsGivenUpWhereItWouldPassTheEnd() {
    assertThat(at(990, 1, 1, 1000).ahead(1000).last()).isEqualTo(990);
    assertThat(at(Long.MAX_VALUE - 5, 1, 1, Long.MAX_VALUE).ahead(1000).last())
        .isEqualTo(Long.MAX_VALUE - 5);
    assertThat(at(Long.MIN_VALUE + 5, -1, Long.MIN_VALUE, -1).ahead(1000).last())
        .isEqualTo(Long.MIN_VALUE + 5);
  }

  @Test
  void aSequenceNeverAskedStaysSo() {
    assertThat(new Sequences.Position("s", 1, false, 1, 1, 100).ahead(0))
        .isEqualTo(new Sequences.Position("s", 1, false, 1, 1, 100));
  }
}
