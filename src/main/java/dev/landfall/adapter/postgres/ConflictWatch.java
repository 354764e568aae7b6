package dev.landfall.adapter.postgres;

import dev.landfall.replication.Conflict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whether rows that both sides write are found, and since when not: who cannot tell must say so,
 * because nobody would miss what is not found. Does nothing for data of which one side is the owner
 * at any time.
 */
final class ConflictWatch {
  /** How long two owners may go on while nobody finds what both of them write. */
  private static final Duration BLIND_MAX = Duration.ofMinutes(1);

  private final Optional<ConflictFinder> finder;
  private final Peer source;
  private final Peer target;

  /** When rows written on both sides were last known to be found. */
  private volatile long countedAt = System.nanoTime();

  ConflictWatch(Optional<ConflictFinder> finder, Peer source, Peer target) {
    this.finder = finder;
    this.source = source;
    this.target = target;
  }

  /** Both logs are read from here on, if they were not before. */
  void begin() {
    finder.ifPresent(each -> each.beginOnce(source, target));
  }

  /** The same, by these. */
  void begin(Watcher onSource, Watcher onTarget) {
    begin();
    finder.ifPresent(onSource::tell);
    finder.ifPresent(onTarget::tell);
  }

  /** Both sides are about to accept writes; see {@link EqualityCheck#parted}. */
  void parted() {
    finder.ifPresent(each -> each.beginAnew(source, target));
  }

  /** Somebody else reads the logs, or they are lost. */
  void stop(String why) {
    finder.ifPresent(each -> each.stop(why));
  }

  /** The target was opened, or fenced. */
  void turned(boolean open) {
    Consumer<ConflictFinder> told = each -> each.shared(open);
    finder.ifPresent(told);
  }

  List<Conflict> found() {
    return finder.map(ConflictFinder::found).orElse(List.of());
  }

  /**
   * Why rows written on both sides are not found right now; absent when they are.
   *
   * @param unread why the logs are not read; absent when they are
   */
  Optional<String> uncounted(Optional<String> unread) {
    return finder.flatMap(each -> unread.or(each::fault));
  }

  /** The same, once it has been so for too long. */
  Optional<String> blind(Optional<String> unread) {
    long now = System.nanoTime();
    Optional<String> why = uncounted(unread);
    if (why.isEmpty()) {
      countedAt = now;
    }
    Duration time = Duration.ofNanos(now - countedAt);
    return why.filter(_ -> time.compareTo(BLIND_MAX) > 0)
        .map(what ->
            "rows written on both sides have not been counted for "
                + time.toSeconds()
                + " s: "
                + what);
  }
}
