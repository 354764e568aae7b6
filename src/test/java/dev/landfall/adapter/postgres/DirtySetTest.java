package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DirtySetTest {
  private static final TableName TABLE = new TableName("public", "t");
  private final DirtySet set = new DirtySet(3);

  private void write(String key, long at) {
    set.add(TABLE, List.of(key), at - 1, at);
  }

  @Test
  void aRowWrittenWhileItIsComparedStays() {
    write("1", 10);
    var taken = set.all().getFirst();
    write("1", 20);
    assertThat(set.settle(taken)).isFalse();
    assertThat(set.settle(set.all().getFirst())).isTrue();
    assertThat(set.isEmpty()).isTrue();
  }

  @Test
  void aRowWrittenAllTheTimeDoesNotKeepTheLog() {
    write("hot", 10);
    write("1", 20);
    write("hot", 30);
    assertThat(set.oldest()).hasValue(19);
    set.settle(set.all().getFirst());
    assertThat(set.oldest()).hasValue(29);
  }

  @Test
  void tooManyRowsAreTheWholeTableAndKeepTheLogFromTheFirst() {
    for (int i = 1; i <= 5; i++) {
      write("" + i, 10L * i);
    }
    assertThat(set.tables()).containsExactly(TABLE);
    assertThat(set.rows()).isZero();
    assertThat(set.oldest()).hasValue(9);
    var whole = set.all().getFirst();
    write("9", 90);
    assertThat(set.settle(whole)).isFalse();
    assertThat(set.oldest()).hasValue(9);
  }

  @Test
  void aSuspectThatIsDirtyAlreadyIsNotWrittenAgain() {
    set.suspect(TABLE, List.of("1"));
    var taken = set.all().getFirst();
    set.suspect(TABLE, List.of("1"));
    assertThat(set.settle(taken)).isTrue();
  }

  @Test
  void aComparedTableLeavesOnlyTheRowsThatDiffer() {
    set.suspect(TABLE, List.of());
    assertThat(set.narrow(set.all().getFirst(), List.of(List.of("7")))).isTrue();
    assertThat(set.tables()).isEmpty();
    assertThat(set.rows()).isEqualTo(1);
  }

  @Test
  void aRowFoundDifferentWaitsSoThatOthersHaveTheirTurn() {
    write("1", 10);
    write("2", 20);
    long now = System.nanoTime();
    set.postpone(set.takeRows(1, now, entry -> true).getFirst(), now);
    assertThat(set.takeRows(5, now, entry -> true))
        .extracting(entry -> entry.row.key())
        .containsExactly(List.of("2"));
    assertThat(set.takeRows(5, now + 10_000_000_000L, entry -> true)).hasSize(2);
  }
}
