package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.Conflict;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Two writes of a row conflict exactly when neither had the other before it. */
class ConflictFinderTest {
  private static final TableName ORDERS = new TableName("public", "orders");

  private final ConflictFinder finder =
      new ConflictFinder(
          new CohortKey(List.of("customer"), List.of("products"), List.of("public.visits")));

  ConflictFinderTest() {
    finder.begin(Map.of(Side.SOURCE, 1_000L, Side.TARGET, 5_000L));
    finder.shared(true);
  }

  private void wrote(Side at, long place, String key) {
    finder.wrote(at, change(ORDERS, key, place, false));
  }

  private static WatchedChanges.Change change(
      TableName table, String key, long place, boolean adds) {
    return new WatchedChanges.Change(table, List.of(key), "id=" + key, place, true, adds);
  }

  @Test
  void aRowWrittenOnBothSidesBeforeEitherHadHeardIsAConflict() {
    wrote(Side.SOURCE, 1_100, "7");
    wrote(Side.TARGET, 5_100, "7");
    assertThat(finder.found())
        .containsExactly(
            new Conflict(
                "public.orders", "id=7", "was written on both sides at once", "1100/5100"));
  }

  @Test
  void whoWritesWhatHasArrivedIsInOrderWhicheverLogIsReadFirst() {
    wrote(Side.SOURCE, 1_100, "7");
    finder.arrived(Side.TARGET, 1_150);
    wrote(Side.TARGET, 5_100, "7");
    wrote(Side.TARGET, 5_200, "8");
    // The target's log was read ahead: on the source, its write arrives first.
    finder.arrived(Side.SOURCE, 5_250);
    wrote(Side.SOURCE, 1_300, "8");
    assertThat(finder.found()).isEmpty();
  }

  @Test
  void aCommitThatEndsWhereTheNextBeginsDoesNotStandForIt() {
    wrote(Side.SOURCE, 1_200, "7");
    finder.arrived(Side.TARGET, 1_200);
    wrote(Side.TARGET, 5_100, "7");
    assertThat(finder.found()).as("what arrived ended where this one begins").hasSize(1);
  }

  @Test
  void otherRowsAreNoConflictAndWhatHasArrivedIsForgotten() {
    for (int i = 0; i < 100; i++) {
      wrote(Side.SOURCE, 1_100 + i, "s" + i);
      wrote(Side.TARGET, 5_100 + i, "t" + i);
    }
    assertThat(finder.found()).isEmpty();
    finder.arrived(Side.TARGET, 1_150);
    finder.arrived(Side.SOURCE, 5_300);
    assertThat(finder.kept()).isEqualTo(50);
  }

  @Test
  void aLogThatIsReadAgainCountsNothingTwice() {
    wrote(Side.SOURCE, 1_100, "7");
    wrote(Side.TARGET, 5_100, "7");
    wrote(Side.SOURCE, 1_100, "7");
    wrote(Side.TARGET, 5_100, "7");
    assertThat(finder.found()).hasSize(1);
    wrote(Side.TARGET, 5_200, "7");
    assertThat(finder.found()).as("the same row, while the first is under way").hasSize(1);
    finder.arrived(Side.TARGET, 1_150);
    finder.arrived(Side.SOURCE, 5_250);
    wrote(Side.SOURCE, 1_300, "7");
    wrote(Side.TARGET, 5_300, "7");
    assertThat(finder.found()).as("once more").hasSize(2);
  }

  @Test
  void aHotRowCostsNoMoreThanAnyOtherAndCountsOnce() {
    // Each write of the source has heard of one more of the target, so that none is like another.
    long began = System.nanoTime();
    for (int i = 0; i < 400_000; i++) {
      finder.arrived(Side.SOURCE, 6_000 + i);
      wrote(Side.SOURCE, 10_000 + i, "hot");
    }
    for (int i = 0; i < 400_000; i++) {
      wrote(Side.TARGET, 1_000_000 + i, "hot");
    }
    assertThat(finder.found()).hasSize(1);
    assertThat(finder.kept()).as("writes kept").isLessThan(2_500);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    assertThat(finder.fault()).isEmpty();
  }

  @Test
  void whatIsKeptIsBoundedAndItSaysThatItIsBlindUntilTheRestHasArrived() {
    var small = new ConflictFinder(CohortKey.of("customer"), 100);
    small.begin(Map.of(Side.SOURCE, 0L, Side.TARGET, 0L));
    for (int i = 1; i <= 150; i++) {
      small.wrote(Side.SOURCE, change(ORDERS, "k" + i, i, false));
    }
    assertThat(small.kept()).isEqualTo(100);
    assertThat(small.fault()).hasValueSatisfying(why -> assertThat(why).contains("more than 100"));
    small.arrived(Side.TARGET, 51);
    assertThat(small.fault()).isEmpty();
  }

  @Test
  void moreConflictsThanAreNamedAreNeverDroppedWithoutAWord() {
    for (int i = 0; i < 1_500; i++) {
      wrote(Side.SOURCE, 2_000 + i, "k" + i);
      wrote(Side.TARGET, 9_000 + i, "k" + i);
    }
    assertThat(finder.found()).hasSize(1_001);
    assertThat(finder.found().getLast().what()).contains("the first that is not named");
  }

  @Test
  void itSaysWhenItIsOffAndForgetsNothingWhenALogIsReadAnew() {
    var off = new ConflictFinder(CohortKey.of("customer"));
    assertThat(off.fault()).isPresent();
    off.begin(Map.of(Side.SOURCE, 0L, Side.TARGET, 0L));
    assertThat(off.fault()).isEmpty();
    off.stop("another process compares");
    assertThat(off.fault()).hasValue("another process compares");
  }

  @Test
  void whatAFileSaysOfATableMattersOnlyWhileBothSidesAcceptWrites() {
    finder.shared(false);
    finder.wrote(Side.SOURCE, change(new TableName("public", "products"), "1", 1_100, true));
    finder.wrote(Side.SOURCE, change(new TableName("public", "visits"), "3", 1_200, false));
    assertThat(finder.found()).isEmpty();
  }

  @Test
  void whatWasWrittenBeforeItBeganIsKnownToEverybody() {
    wrote(Side.SOURCE, 900, "7");
    wrote(Side.TARGET, 5_100, "7");
    finder.wrote(Side.SOURCE, change(new TableName("public", "products"), "1", 999, false));
    assertThat(finder.found()).isEmpty();
  }

  @Test
  void whatTheFileSaysOfATableIsHeldAgainstIt() {
    finder.wrote(Side.SOURCE, change(new TableName("public", "products"), "1", 1_100, true));
    finder.wrote(Side.TARGET, change(new TableName("public", "visits"), "2", 5_100, true));
    finder.wrote(Side.TARGET, change(new TableName("public", "visits"), "3", 5_200, false));
    finder.wrote(
        Side.SOURCE,
        new WatchedChanges.Change(ORDERS, List.of(), "every row, by TRUNCATE", 1_300, true, false));
    assertThat(finder.found())
        .extracting(Conflict::words)
        .containsExactly(
            "public.products id=1 was written, and the table is said to be read only (on the"
                + " source)",
            "public.visits id=3 was changed, and the table is said to be only added to (on the"
                + " target)",
            "public.orders every row, by TRUNCATE was written as a whole (on the source)");
  }

  /** The truth is told by a clock that no server has. */
  @Test
  void itAgreesWithTheTruthWhateverOrderTheLogsAreReadIn() {
    for (long seed = 1; seed <= 500; seed++) {
      var history = new History(new SplittableRandom(seed));
      var asked = new ConflictFinder(CohortKey.of("customer"));
      asked.begin(Map.of(Side.SOURCE, 0L, Side.TARGET, 0L));
      history.tell(asked);
      assertThat(asked.found().stream().map(Conflict::key).collect(Collectors.toSet()))
          .as("seed %d", seed)
          .isEqualTo(history.conflicts);
      // A row counts once for as long as its writes are under way, and never more often than so.
      assertThat(asked.found().size()).isLessThanOrEqualTo(history.pairs);
    }
  }

  /** Two sides that write a few rows, and what of the other arrives at each, in its order. */
  private static final class History {
    private record Entry(Side at, boolean arrives, long place, String key) {}

    private final List<Entry> source = new ArrayList<>();
    private final List<Entry> target = new ArrayList<>();
    private final Set<String> conflicts = new HashSet<>();
    private int pairs;
    private final SplittableRandom random;

    History(SplittableRandom random) {
      this.random = random;
      var here = new ArrayList<Entry>();
      var there = new ArrayList<Entry>();
      var had = new EnumMap<Side, Integer>(Side.class);
      for (int step = 0; step < 60; step++) {
        Side at = random.nextBoolean() ? Side.SOURCE : Side.TARGET;
        var log = at == Side.SOURCE ? source : target;
        var own = at == Side.SOURCE ? here : there;
        var others = at == Side.SOURCE ? there : here;
        int heard = had.getOrDefault(at, 0);
        if (random.nextInt(3) == 0 && heard < others.size()) {
          Entry next = others.get(heard);
          had.put(at, heard + 1);
          log.add(new Entry(at, true, next.place() + 5, next.key()));
          continue;
        }
        var write = new Entry(at, false, 10L * (own.size() + 1), "k" + random.nextInt(4));
        for (int i = heard; i < others.size(); i++) {
          Entry other = others.get(i);
          // It has not arrived here; and this one was not there yet when it was written.
          if (other.key().equals(write.key())) {
            conflicts.add("id=" + write.key());
            pairs++;
          }
        }
        own.add(write);
        log.add(write);
      }
    }

    void tell(ConflictFinder finder) {
      int here = 0;
      int there = 0;
      while (here < source.size() || there < target.size()) {
        boolean first = there == target.size() || (here < source.size() && random.nextBoolean());
        Entry entry = first ? source.get(here++) : target.get(there++);
        if (entry.arrives()) {
          finder.arrived(entry.at(), entry.place());
        } else {
          finder.wrote(entry.at(), change(ORDERS, entry.key(), entry.place(), false));
        }
      }
    }
  }
}
