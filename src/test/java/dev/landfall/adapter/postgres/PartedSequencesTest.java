package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.postgres.Sequences.Position;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Numbers of the target begin where the source does not come. */
class PartedSequencesTest {
  private static Position at(long last) {
    return new Position("public.s", last, true, 1, 1, Long.MAX_VALUE);
  }

  private static Position small(long last, long increment) {
    return new Position("public.s", last, true, increment, 1, Integer.MAX_VALUE);
  }

  @Test
  void theTargetBeginsInTheMiddleOfWhatIsLeft() {
    long first = PartedSequences.first(at(1_000), at(1), Optional.empty());
    assertThat(first).isEqualTo(1_000 + PartedSequences.STEPS_MAX);
    assertThat(first).as("exact in JSON").isLessThan(1L << 53);
    Position begun = PartedSequences.begun(at(1), first);
    assertThat(begun.last()).isEqualTo(first);
    assertThat(begun.called()).as("the first number is this one").isFalse();
    assertThat(PartedSequences.crowded(at(1_000), begun, first)).isEmpty();
  }

  @Test
  void itStaysWithinWhatTheColumnsCanHold() {
    Position narrow = at(1_000).within(-Integer.MAX_VALUE - 1L, Integer.MAX_VALUE);
    long first = PartedSequences.first(narrow, narrow, Optional.empty());
    assertThat(first).isBetween(1_000_000_000L, (long) Integer.MAX_VALUE);
    Position begun = PartedSequences.begun(narrow, first);
    assertThat(PartedSequences.crowded(narrow, begun, first)).isEmpty();
    Position late =
        at(Integer.MAX_VALUE - 40_000L).within(-Integer.MAX_VALUE - 1L, Integer.MAX_VALUE);
    assertThat(PartedSequences.crowded(narrow, late, first))
        .as("the target nears what its column can hold")
        .isPresent();
  }

  @Test
  void itIsAWholeNumberOfStepsAwaySoThatBlocksOfNumbersStayApart() {
    long first = PartedSequences.first(small(1_001, 50), small(1, 50), Optional.empty());
    assertThat((first - 1_001) % 50).isZero();
    Position down = new Position("public.s", -1_000, true, -1, Long.MIN_VALUE, -1);
    assertThat(PartedSequences.first(down, down, Optional.empty())).isLessThan(-1_000);
  }

  @Test
  void whatTheTargetHasGivenIsNotGivenAgain() {
    long first = PartedSequences.first(at(1_000), at(1), Optional.empty());
    Position later = at(first + 500);
    assertThat(PartedSequences.first(at(2_000), later, Optional.of(first))).isEqualTo(first);
    assertThat(PartedSequences.begun(later, first)).isEqualTo(later);
    Position pastIt = at(first + 1_500);
    long anew = PartedSequences.first(pastIt, later, Optional.of(first));
    assertThat(anew).as("the source has come past it since").isGreaterThan(first + 1_500);
  }

  @Test
  void aSourceThatNearsTheTargetsNumbersIsTold() {
    Position target = small(1_000_000, 1);
    assertThat(PartedSequences.crowded(small(940_000, 1), target, 1_000_000)).isEmpty();
    assertThat(PartedSequences.crowded(small(960_000, 1), target, 1_000_000))
        .hasValueSatisfying(words -> assertThat(words).contains("40000 numbers left"));
    assertThat(PartedSequences.crowded(small(5, 1), small(6, 1), 1_000_000))
        .as("the target gives the source's numbers")
        .isPresent();
    assertThat(PartedSequences.crowded(small(5, 1), small(Integer.MAX_VALUE - 9, 1), 1_000_000))
        .as("the target comes to its end")
        .isPresent();
  }
}
