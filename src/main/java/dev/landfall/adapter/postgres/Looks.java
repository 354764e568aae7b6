package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Looks at both sides at once, within a bounded time whatever they do. */
final class Looks implements AutoCloseable {
  private final One source;
  private final One target;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What a side told, or why it did not. */
  record Answer(Optional<SideLook> look, Optional<String> fault) {}

  /** Both at about the same time. */
  record Both(Answer source, Answer target) {}

  /** A side, and the question to it that is not answered yet: no second one is put meanwhile. */
  private record One(
      Peer peer, LinkNames names, AtomicReference<@Nullable CompletableFuture<SideLook>> pending) {
    CompletableFuture<SideLook> ask(ExecutorService threads) {
      var last = pending.get();
      if (last != null && !last.isDone()) {
        return last;
      }
      var next =
          CompletableFuture.supplyAsync(
              () ->
                  peer.looks.ask(
                      "look at the " + peer.side.word(),
                      connection -> SideLook.read(connection, peer.side, names)),
              threads);
      pending.set(next);
      return next;
    }
  }

  Looks(Peer source, Peer target, LinkNames names) {
    this.source = one(source, names);
    this.target = one(target, names);
  }

  private static One one(Peer peer, LinkNames names) {
    return new One(peer, names, new AtomicReference<>());
  }

  Both look() {
    var first = source.ask(threads);
    var second = target.ask(threads);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Peer.LOOK_MILLIS_MAX);
    return new Both(await(first, deadline), await(second, deadline));
  }

  private static Answer await(CompletableFuture<SideLook> question, long deadline) {
    try {
      long left = Math.max(1, deadline - System.nanoTime());
      return new Answer(Optional.of(question.get(left, TimeUnit.NANOSECONDS)), Optional.empty());
    } catch (TimeoutException e) {
      return fault("it did not answer within " + Peer.LOOK_MILLIS_MAX + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutsideException outside) {
        return fault(String.valueOf(outside.getMessage()));
      }
      throw new IllegalStateException("cannot look at a side", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fault("the look was stopped");
    }
  }

  private static Answer fault(String why) {
    return new Answer(Optional.empty(), Optional.of(why));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
