package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.Fence;
import dev.landfall.replication.Occupation;
import dev.landfall.replication.SideSeen;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at both sides at once, within a bounded time whatever they do.
 *
 * <p>While no side accepts writes, users wait: then nobody is waited for as long as otherwise, and
 * whoever did not answer the last time hardly at all, so that a side that hangs does not keep the
 * other one fenced.
 */
final class Looks implements AutoCloseable {
  /** Time enough for an answer that is only late. */
  private static final Duration AGAIN = Duration.ofMillis(20);

  private final One source;
  private final One target;
  private final Duration hurried;
  private volatile long sparedUntil = System.nanoTime();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * What a side told, or why it did not.
   *
   * @param spoke whether its server said anything at all
   * @param occupied what keeps its fence from being turned; absent also when nobody looked
   */
  record Answer(
      Optional<SideLook> look,
      Optional<String> fault,
      boolean spoke,
      Optional<Occupation> occupied) {
    SideSeen side() {
      return look.map(look ->
              new SideSeen(
                      Optional.empty(),
                      look.fence(),
                      look.epoch(),
                      look.token(),
                      look.peerToken(),
                      look.aligned(),
                      look.refused(),
                      look.peerBeat())
                  .occupiedBy(occupied))
          .orElseGet(() -> {
            String why = fault.orElse("it did not answer");
            return spoke ? SideSeen.refusing(why) : SideSeen.unreachable(why);
          });
    }
  }

  /** What a side told. */
  private record Told(SideLook look, Optional<Occupation> occupied) {}

  /** Both at about the same time. */
  record Both(Answer source, Answer target) {}

  /** A side, and the question to it that is not answered yet: no second one is put meanwhile. */
  private static final class One {
    private final Peer peer;
    private final LinkNames names;
    private final Supplier<Duration> ordinary;

    /** Used by one question at a time. */
    private final Occupants occupants;

    private @Nullable CompletableFuture<Told> pending;
    private volatile boolean missed;

    /** Whether nobody has taken the answer to the last question. */
    private volatile boolean late;

    private volatile Fence fence = Fence.OPEN;

    One(Peer peer, LinkNames names, Supplier<Duration> ordinary) {
      this.peer = peer;
      this.names = names;
      this.ordinary = ordinary;
      this.occupants = new Occupants(peer.side, names);
    }

    synchronized CompletableFuture<Told> ask(ExecutorService threads, boolean atRest) {
      CompletableFuture<Told> asked = pending;
      // An answer that came late counts, or a side that is always a little slow would never be
      // heard; what it tells is true of the epoch that it names.
      if (asked == null || (asked.isDone() && !late)) {
        asked = CompletableFuture.supplyAsync(() -> read(atRest), threads);
        pending = asked;
      }
      late = false;
      return asked;
    }

    private Told read(boolean atRest) {
      Told told =
          peer.looks.ask(
              "look at the " + peer.side.word(),
              connection -> {
                SideLook look = SideLook.read(connection, peer.side, names);
                return new Told(
                    look,
                    atRest && look.copied()
                        ? occupants.look(connection, ordinary.get())
                        : Optional.empty());
              });
      missed = false;
      fence = told.look().fence();
      return told;
    }

    Answer await(CompletableFuture<Told> question, long began, Duration patience) {
      Duration most = missed && AGAIN.compareTo(patience) < 0 ? AGAIN : patience;
      long left = Math.max(1, began + most.toNanos() - System.nanoTime());
      try {
        Told told = question.get(left, TimeUnit.NANOSECONDS);
        return new Answer(Optional.of(told.look()), Optional.empty(), true, told.occupied());
      } catch (TimeoutException e) {
        missed = true;
        late = true;
        return Looks.fault("it did not answer within " + patience.toMillis() + " ms", false);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof OutsideException outside) {
          missed = true;
          return Looks.fault(
              String.valueOf(outside.getMessage()), PostgresProblem.isOfServer(outside));
        }
        throw new IllegalStateException("cannot look at a side", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Looks.fault("the look was stopped", false);
      }
    }
  }

  /**
   * @param hurried how long a side may take to answer while no side accepts writes
   * @param ordinary how long a transaction may be open without keeping a cutover from beginning
   */
  Looks(Peer source, Peer target, LinkNames names, Duration hurried, Supplier<Duration> ordinary) {
    this.source = new One(source, names, ordinary);
    this.target = new One(target, names, ordinary);
    this.hurried = hurried;
  }

  /** Looks at no locks for so long: users wait, and a server takes its time to list them. */
  void spare(Duration time) {
    sparedUntil = System.nanoTime() + time.toNanos();
  }

  Both look() {
    long began = System.nanoTime();
    boolean closed = source.fence != Fence.OPEN && target.fence != Fence.OPEN;
    boolean atRest = !closed && began - sparedUntil >= 0;
    var first = source.ask(threads, atRest);
    var second = target.ask(threads, atRest);
    Duration usual = Duration.ofMillis(Peer.LOOK_MILLIS_MAX);
    Duration patience = closed && hurried.compareTo(usual) < 0 ? hurried : usual;
    return new Both(source.await(first, began, patience), target.await(second, began, patience));
  }

  private static Answer fault(String why, boolean spoke) {
    return new Answer(Optional.empty(), Optional.of(why), spoke, Optional.empty());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
