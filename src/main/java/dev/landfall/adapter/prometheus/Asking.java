package dev.landfall.adapter.prometheus;

import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Prometheus in the background, so that nobody who looks at a plane waits for it: one
 * question at a time, and not before a while has gone by since the last. Safe for several threads.
 */
final class Asking implements AutoCloseable {
  /** Scrapes are further apart than this. */
  static final Duration EVERY = Duration.ofSeconds(5);

  /** For whoever waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final PrometheusSettings settings;
  private final Supplier<Optional<String>> token;
  private final Duration every;
  private final Object lock = new Object();

  private @Nullable PrometheusClient client;
  private boolean asking;
  private boolean closed;
  private boolean isDue = true;
  private long askedNanos;

  /** What is asked. */
  interface Question<T> {
    /**
     * Puts it.
     *
     * @throws OutsideException when there is no answer, or none that can be used
     */
    T put(PrometheusClient client, PrometheusClient.Round round);
  }

  /**
   * @param token what lets us ask, looked up each time; absent when nothing is needed
   * @param every how long after one question the next is put at the soonest
   */
  Asking(PrometheusSettings settings, Supplier<Optional<String>> token, Duration every) {
    this.settings = settings;
    this.token = token;
    this.every = every;
  }

  /** What is asked for next is another thing: not long after the last question, but at once. */
  void hurry() {
    synchronized (lock) {
      isDue = true;
    }
  }

  /**
   * Asks, unless somebody is being asked already, or was a moment ago.
   *
   * @param answered is given the answer, in another thread
   * @param missed is told why there is none; one of both is called for each question that is put
   */
  <T> void soon(Question<T> question, Consumer<T> answered, Consumer<String> missed) {
    synchronized (lock) {
      boolean soonEnough = !isDue && System.nanoTime() - askedNanos < every.toNanos();
      if (asking || closed || soonEnough) {
        return;
      }
      asking = true;
      isDue = false;
      askedNanos = System.nanoTime();
    }
    Thread.startVirtualThread(() -> {
      try {
        answered.accept(within(settings.stale(), question));
      } catch (OutsideException e) {
        missed.accept(String.valueOf(e.getMessage()));
      } catch (RuntimeException bug) {
        // What was told last must not pass for what is so now.
        missed.accept("what Prometheus answered cannot be used, " + Fault.words(bug));
      } finally {
        synchronized (lock) {
          asking = false;
        }
      }
    });
  }

  /**
   * Asks, and waits for the answer, though not for long.
   *
   * @throws OutsideException when there is none; never with the token
   */
  <T> T now(Question<T> question) {
    return within(PATIENCE, question);
  }

  private <T> T within(Duration patience, Question<T> question) {
    var round = new PrometheusClient.Round(token.get(), patience);
    return round.keepingSecret(() -> question.put(client(), round));
  }

  private PrometheusClient client() {
    synchronized (lock) {
      if (closed) {
        throw new OutsideException(
            PrometheusProblem.UNREACHABLE,
            "cannot ask Prometheus %s: it is closed; nobody needs its answer any more"
                .formatted(settings.url()));
      }
      PrometheusClient known = client == null ? new PrometheusClient(settings) : client;
      client = known;
      return known;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (client != null) {
        client.close();
      }
    }
  }
}
