package dev.landfall.control;

import dev.landfall.routing.Health;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether services can serve, for planes that do not look themselves. Asked for in the background:
 * a look at a plane, of which there are many while users are held, never waits for a service that
 * does not answer.
 */
public final class HealthNotes {
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** Older than this, an answer says nothing any more. */
  private static final Duration KEPT = Duration.ofSeconds(10);

  private final Health health;
  private final Map<String, Note> notes = new ConcurrentHashMap<>();

  public HealthNotes(Health health) {
    this.health = health;
  }

  /** What is seen, with the health of both sides where it is not known already. */
  public RouteSeen complete(RouteSeen seen) {
    return seen.order()
        .filter(order -> seen.fault().isEmpty())
        .map(order ->
            seen.withHealth(
                seen.healthy(Side.SOURCE).or(() -> healthy(order.source(), order)),
                seen.healthy(Side.TARGET).or(() -> healthy(order.target(), order))))
        .orElse(seen);
  }

  private Optional<Boolean> healthy(String service, RouteOrder order) {
    Note note =
        notes.computeIfAbsent(service + " " + order.health().orElse(""), each -> new Note());
    return note.read(() -> health.canServe(service, order.health()));
  }

  /** The last answer about one service. */
  private static final class Note {
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Optional<Boolean> answer = Optional.empty();
    private volatile long atNanos;

    private interface Question {
      boolean ask();
    }

    Optional<Boolean> read(Question question) {
      Duration age = Duration.ofNanos(System.nanoTime() - atNanos);
      boolean old = answer.isEmpty() || age.compareTo(FRESH) > 0;
      if (old && asking.compareAndSet(false, true)) {
        Thread.startVirtualThread(() -> {
          try {
            boolean serves = question.ask();
            atNanos = System.nanoTime();
            answer = Optional.of(serves);
          } finally {
            asking.set(false);
          }
        });
      }
      return answer.filter(known -> age.compareTo(KEPT) <= 0);
    }
  }
}
