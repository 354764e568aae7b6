package dev.landfall.adapter.memory;

import dev.landfall.engine.Chain;
import dev.landfall.engine.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A journal that lives as long as the object. Any number of threads may share it. */
public final class MemoryJournal implements Journal {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Entry> entries = new ArrayList<>();

  @Override
  public List<Entry> read(String workload, long after) {
    return locked(() ->
        entries.stream()
            .filter(entry -> entry.workload().equals(workload) && entry.version() > after)
            .toList());
  }

  @Override
  public List<Entry> append(String workload, long expectedVersion, List<Draft> drafts)
      throws VersionConflict {
    lock.lock();
    try {
      long version = entries.stream().filter(e -> e.workload().equals(workload)).count();
      if (version != expectedVersion) {
        throw new VersionConflict(workload, expectedVersion, version);
      }
      var made = new ArrayList<Entry>();
      Chain.Head head = head();
      for (Draft draft : drafts) {
        Entry entry = Chain.next(head, workload, ++version, draft);
        made.add(entry);
        head = Chain.Head.of(entry);
      }
      entries.addAll(made);
      return List.copyOf(made);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<String> workloads() {
    return locked(() -> entries.stream().map(Entry::workload).distinct().toList());
  }

  @Override
  public Audit audit() {
    return locked(() -> {
      var verifier = new Chain.Verifier();
      entries.forEach(verifier::accept);
      return verifier.finish(Optional.of(head()));
    });
  }

  /** Does nothing: what was written stays readable, as in a file that is opened again. */
  @Override
  public void close() {}

  private Chain.Head head() {
    return entries.isEmpty() ? Chain.Head.EMPTY : Chain.Head.of(entries.getLast());
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
