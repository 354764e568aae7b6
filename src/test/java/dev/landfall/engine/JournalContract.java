package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.engine.Journal.Audit;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.engine.Journal.VersionConflict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every journal does. Run by the fake and by each real product. */
public abstract class JournalContract {
  private final List<Journal> opened = new ArrayList<>();

  /** One more view of the same storage, as another process would have it. */
  protected abstract Journal open();

  private Journal journal() {
    Journal journal = open();
    opened.add(journal);
    return journal;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Journal::close);
  }

  protected static Draft draft(int number) {
    return new Draft(
        "Registered",
        "{\"number\":" + number + ",\"text\":\"zwölf € 𝄞 \\u0000\"}",
        Instant.parse("2026-03-01T10:00:00Z").plusNanos(number * 1001L),
        "ann",
        number % 2 == 0 ? "" : "because " + number);
  }

  @Test
  void whatIsAppendedIsReadBackInOrder() throws Exception {
    Journal journal = journal();
    List<Entry> first = journal.append("shop", 0, List.of(draft(1), draft(2)));
    List<Entry> second = journal.append("shop", 2, List.of(draft(3)));

    assertThat(first).extracting(Entry::version).containsExactly(1L, 2L);
    assertThat(second).extracting(Entry::version).containsExactly(3L);
    assertThat(first.getFirst().draft()).isEqualTo(draft(1));
    var all = new ArrayList<>(first);
    all.addAll(second);
    assertThat(journal.read("shop", 0)).isEqualTo(all);
    assertThat(journal.read("shop", 2)).isEqualTo(second);
    assertThat(journal.read("shop", 3)).isEmpty();
    assertThat(journal.read("other", 0)).isEmpty();
    assertThat(journal().read("shop", 0)).as("seen by another").isEqualTo(all);
  }

  @Test
  void oneChainRunsOverAllWorkloads() throws Exception {
    Journal journal = journal();
    Entry first = journal.append("shop", 0, List.of(draft(1))).getFirst();
    Entry second = journal.append("bank", 0, List.of(draft(2))).getFirst();
    Entry third = journal.append("shop", 1, List.of(draft(3))).getFirst();

    assertThat(first.previousHash()).isEqualTo("0".repeat(64));
    assertThat(second.previousHash()).isEqualTo(first.hash());
    assertThat(third.previousHash()).isEqualTo(second.hash());
    assertThat(List.of(first, second, third))
        .extracting(Entry::sequence)
        .containsExactly(1L, 2L, 3L);
    assertThat(List.of(first, second, third)).allMatch(Chain::holds);
    assertThat(journal.workloads()).containsExactly("shop", "bank");
  }

  @Test
  void aWriterWhoReadAnOlderVersionIsRefusedAndNothingIsAppended() throws Exception {
    Journal journal = journal();
    Journal other = journal();
    journal.append("shop", 0, List.of(draft(1)));
    Audit before = journal.audit();

    assertThatExceptionOfType(VersionConflict.class)
        .isThrownBy(() -> other.append("shop", 0, List.of(draft(2), draft(3))))
        .withMessageContaining("is at version 1, not 0");
    assertThatExceptionOfType(VersionConflict.class)
        .isThrownBy(() -> other.append("shop", 2, List.of(draft(2))));
    assertThatExceptionOfType(VersionConflict.class)
        .isThrownBy(() -> other.append("shop", 0, List.of()));
    assertThat(journal.audit()).isEqualTo(before);
  }

  @Test
  void whenOneDraftCannotBeWrittenNoneIs() throws Exception {
    Journal journal = journal();
    journal.append("shop", 0, List.of(draft(1)));
    Audit before = journal.audit();
    var halfOfAPair = new Draft("Odd", "{}", Instant.EPOCH, "ann", "\ud834");

    assertThatThrownBy(() -> journal.append("shop", 1, List.of(draft(2), halfOfAPair)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not valid Unicode");
    assertThat(journal.audit()).isEqualTo(before);
    assertThat(journal.append("shop", 1, List.of(draft(2)))).hasSize(1);
  }

  @Test
  void anAppendOfNothingChangesNothing() throws Exception {
    Journal journal = journal();
    assertThat(journal.append("shop", 0, List.of())).isEmpty();
    assertThat(journal.workloads()).isEmpty();
    assertThat(journal.audit().entries()).isZero();
  }

  @Test
  void theAuditOfAnUntouchedJournalFindsNothing() throws Exception {
    Journal journal = journal();
    assertThat(journal.audit()).isEqualTo(new Audit(0, "0".repeat(64), Optional.empty()));
    journal.append("shop", 0, List.of(draft(1), draft(2)));
    Entry last = journal.append("bank", 0, List.of(draft(3))).getLast();
    assertThat(journal.audit()).isEqualTo(new Audit(3, last.hash(), Optional.empty()));
  }

  @Test
  void twoWritersAtOnceNeverBothWinOneVersion() throws Exception {
    int rounds = 25;
    var start = new CyclicBarrier(2);
    List<Callable<Integer>> writers =
        IntStream.range(0, 2)
            .<Callable<Integer>>mapToObj(writer -> {
              Journal journal = journal();
              return () -> {
                start.await();
                int won = 0;
                for (int version = 0; version < rounds; version++) {
                  won += wins(journal, version) ? 1 : 0;
                }
                return won;
              };
            })
            .toList();
    int won = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : threads.invokeAll(writers)) {
        won += result.get();
      }
    }
    assertThat(won).isEqualTo(rounds);
    assertThat(journal().read("shop", 0)).hasSize(rounds);
    assertThat(journal().audit().fault()).isEmpty();
  }

  private static boolean wins(Journal journal, int version) {
    try {
      journal.append("shop", version, List.of(draft(version)));
      return true;
    } catch (VersionConflict lost) {
      return false;
    }
  }
}
