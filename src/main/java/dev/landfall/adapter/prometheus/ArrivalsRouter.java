package dev.landfall.adapter.prometheus;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Arrivals;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plane that sees no requests, such as a name, and a Prometheus that tells how many still come to
 * the side that it leads nobody to. All else that it tells and takes is its own.
 *
 * <p>Prometheus is asked in the background, so that nobody who looks at the plane waits for it.
 * What is remembered ends with this: whoever looks anew counts anew, and says since when.
 */
public final class ArrivalsRouter implements Router {
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** For whoever waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final Router plane;
  private final PrometheusSettings settings;
  private final Supplier<Optional<String>> token;
  private final Duration every;
  private final Object lock = new Object();

  private @Nullable PrometheusClient client;
  private @Nullable ArrivalCount count;
  private boolean haveMoved;
  private boolean asking;
  private boolean closed;
  private long askedNanos;

  /**
   * @param plane what leads users; closed with this
   * @param settings whose queries for requests alone are asked
   * @param token what lets us ask, looked up each time; absent when nothing is needed
   */
  public ArrivalsRouter(
      Router plane, PrometheusSettings settings, Supplier<Optional<String>> token) {
    this(plane, settings, token, EVERY);
  }

  ArrivalsRouter(
      Router plane, PrometheusSettings settings, Supplier<Optional<String>> token, Duration every) {
    this.plane = plane;
    this.settings = settings;
    this.token = token;
    this.every = every;
  }

  @Override
  public RouteSeen look() {
    RouteSeen seen = plane.look();
    if (seen.fault().isPresent()) {
      return seen;
    }
    if (seen.order().isEmpty()) {
      return tried().map(seen::with).orElse(seen);
    }
    return seen.order()
        .map(RouteOrder::cohort)
        .flatMap(this::left)
        .map(side -> seen.with(arrivals(side)))
        .orElse(seen);
  }

  /** The side that everybody was led away from; absent while that is not so. */
  private Optional<Side> left(Cohort users) {
    synchronized (lock) {
      if (users.isEverybody()) {
        haveMoved = true;
        return Optional.of(Side.SOURCE);
      }
      // Before anybody has moved, whoever comes to the target tries it.
      return users.isNobody() && haveMoved ? Optional.of(Side.TARGET) : Optional.empty();
    }
  }

  /** What was counted last; what comes next is asked for in the background. */
  private Arrivals arrivals(Side side) {
    synchronized (lock) {
      ArrivalCount known = count;
      if (known == null || known.side() != side) {
        known = new ArrivalCount(side, settings);
        count = known;
        askedNanos = System.nanoTime() - every.toNanos();
      }
      if (!asking && !closed && System.nanoTime() - askedNanos >= every.toNanos()) {
        asking = true;
        askedNanos = System.nanoTime();
        ArrivalCount asked = known;
        Thread.startVirtualThread(() -> ask(asked));
      }
      return known.told();
    }
  }

  /** Why it cannot be asked at all, before anything has begun; absent when it can. */
  private Optional<Arrivals> tried() {
    try {
      var round = new PrometheusClient.Round(token.get(), PATIENCE);
      PrometheusClient known = client();
      double now = known.now(round);
      for (Side side : Side.values()) {
        known.samples(ArrivalCount.query(side, settings), settings.stale(), now, round);
      }
      return Optional.empty();
    } catch (OutsideException e) {
      return Optional.of(Arrivals.none(Side.SOURCE, Optional.of(String.valueOf(e.getMessage()))));
    }
  }

  private void ask(ArrivalCount asked) {
    try {
      var round = new PrometheusClient.Round(token.get(), settings.stale());
      round.keepingSecret(() -> {
        PrometheusClient known = client();
        double now = known.now(round);
        // Twice as far back as counts, so that one that is too old is seen to be there.
        asked.feed(known.samples(asked.query(), settings.stale().multipliedBy(2), now, round), now);
        return asked;
      });
    } catch (OutsideException e) {
      asked.missed(String.valueOf(e.getMessage()));
    } finally {
      synchronized (lock) {
        asking = false;
      }
    }
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
  public void order(RouteOrder order) {
    plane.order(order);
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (client != null) {
        client.close();
      }
    }
    plane.close();
  }
}
