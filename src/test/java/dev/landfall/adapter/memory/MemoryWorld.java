package dev.landfall.adapter.memory;

import dev.landfall.adapter.memory.MemoryDatabase.Admission;
import dev.landfall.adapter.memory.MemoryDatabase.Outcome;
import dev.landfall.replication.Replicator;
import dev.landfall.replication.World;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Two databases in memory, with a thread that does what goes on in the background. */
final class MemoryWorld implements World {
  private static final Duration MAINTENANCE = Duration.ofSeconds(20);
  private static final Limits LIMITS =
      new Limits(
          Limits.DEFAULTS.hold(),
          Limits.DEFAULTS.settle(),
          LOCK_WAIT,
          Limits.DEFAULTS.lagMax(),
          Limits.DEFAULTS.retryPause(),
          Limits.DEFAULTS.cutoverAttemptsMax(),
          Limits.DEFAULTS.soak(),
          Limits.DEFAULTS.bandwidth(),
          Limits.DEFAULTS.retainedBytesMax(),
          Limits.DEFAULTS.sequenceMargin());

  private final MemoryDatabase source;
  private final MemoryDatabase target;
  private final MemoryReplicator.Links links;
  private final MemoryReplicator replicator;
  private final List<MemoryReplicator> all = new CopyOnWriteArrayList<>();

  /** A value in the databases is the place of its text in here. */
  private final List<String> texts = new CopyOnWriteArrayList<>();

  private final Thread background;
  private volatile boolean closed;

  MemoryWorld(MemoryReplicator.Links links) {
    this.links = links;
    source = MemoryDatabase.inUse(Side.SOURCE, 1, Clock.systemUTC());
    target = MemoryDatabase.empty(Side.TARGET, 1, Clock.systemUTC());
    replicator = make();
    for (int i = 0; i < 200; i++) {
      add(Side.SOURCE, "first " + i);
    }
    background = Thread.ofVirtual().start(this::work);
  }

  private MemoryReplicator make() {
    var made =
        new MemoryReplicator(source, target, links, LIMITS, Wire.direct(), Clock.systemUTC());
    all.add(made);
    return made;
  }

  private void work() {
    while (!closed) {
      all.forEach(MemoryReplicator::work);
      synchronized (links) {
        target.pull(source, 100);
        source.pull(target, 100);
      }
      pause();
    }
  }

  @Override
  public void loseLog(Side side) {
    on(side).loseLog();
  }

  private MemoryDatabase on(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  private synchronized long value(String text) {
    texts.add(text);
    return texts.size() - 1L;
  }

  private Optional<MemoryDatabase.Transaction> admitted(Side side) {
    while (on(side).admission(0) == Admission.WAITS) {
      pause();
    }
    return on(side).begin(0);
  }

  @Override
  public Replicator replicator() {
    return replicator;
  }

  @Override
  public Replicator another() {
    return make();
  }

  @Override
  public Optional<Long> add(Side side, String text) {
    return admitted(side)
        .flatMap(transaction -> {
          long key = transaction.nextKey();
          return transaction.insert(key, value(text)) == Outcome.COMMITTED
              ? Optional.of(key)
              : Optional.empty();
        });
  }

  @Override
  public boolean change(Side side, long key, String text) {
    return admitted(side)
        .filter(transaction -> transaction.update(key, value(text)) == Outcome.COMMITTED)
        .isPresent();
  }

  @Override
  public void changeOnBoth(long key, String onSource, String onTarget) {
    synchronized (links) {
      change(Side.SOURCE, key, onSource);
      change(Side.TARGET, key, onTarget);
    }
  }

  @Override
  public boolean forceChange(Side side, long key, String text) {
    return change(side, key, text);
  }

  @Override
  public Unfinished begin(Side side, String text) {
    var transaction = admitted(side).orElseThrow();
    return () -> transaction.insert(transaction.nextKey(), value(text));
  }

  @Override
  public void maintain(Side side) {
    on(side).maintain(MAINTENANCE, true);
  }

  @Override
  public SortedMap<Long, String> rows(Side side) {
    var rows = new TreeMap<Long, String>();
    on(side).rows(0).forEach((key, value) -> rows.put(key, texts.get(value.intValue())));
    return rows;
  }

  @Override
  public void close() {
    closed = true;
    try {
      background.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(MemoryReplicator::close);
  }
}
