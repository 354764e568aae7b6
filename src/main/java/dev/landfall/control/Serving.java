package dev.landfall.control;

import dev.landfall.problem.OutsideException;
import dev.landfall.problem.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits until a process of Landfall's own listens, and until it has stopped.
 *
 * @param what the process, as messages name it: {@code the agent}
 * @param code of the problem that an address cannot be had
 * @param seconds how long it may take to listen
 */
public record Serving(String what, ProblemCode code, long seconds) {
  /**
   * What is there once it listens.
   *
   * @param address as a message shows it
   * @throws OutsideException when it does not listen in time, or somebody else does there
   */
  public <T> T listening(Future<T> future, String address) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw cannotListen(address, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cannotListen(address, e);
    }
  }

  private OutsideException cannotListen(String address, Throwable cause) {
    return new OutsideException(
        code,
        "cannot start %s: cannot listen on %s: %s; is another process there already?"
            .formatted(what, address, cause.getMessage()),
        cause);
  }

  /**
   * Stops it; whoever interrupts this waits no longer.
   *
   * @param within how many seconds that may take
   * @throws IllegalStateException when it takes longer
   */
  public void stop(Vertx vertx, long within) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(within, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("cannot stop " + what + " within " + within + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
