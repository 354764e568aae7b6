package dev.landfall.adapter.prometheus;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Counted;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plane that leads users, and whose requests are counted by Prometheus besides itself. All else
 * that it tells and takes is its own.
 *
 * <p>Prometheus is asked in the background, while users are on both sides, so that nobody who looks
 * at the plane waits for it. What it cannot tell, or tells of too long ago, is told as nothing, and
 * why: no data is never a pass.
 */
public final class PrometheusRouter implements Router {
  /** Scrapes are further apart than this. */
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** For whoever waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final Router plane;
  private final PrometheusSettings settings;
  private final Supplier<Optional<String>> token;
  private final Duration every;
  private final Object lock = new Object();

  private @Nullable PrometheusClient client;
  private long epoch = Long.MIN_VALUE;
  private @Nullable PrometheusCounts counts;
  private boolean asking;
  private boolean closed;
  private long askedNanos;
  private Counted told = Counted.NOTHING;

  /**
   * @param plane what leads users; closed with this
   * @param token what lets us ask, looked up each time; absent when nothing is needed
   */
  public PrometheusRouter(
      Router plane, PrometheusSettings settings, Supplier<Optional<String>> token) {
    this(plane, settings, token, EVERY);
  }

  PrometheusRouter(
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
    Optional<RouteOrder> order = seen.order();
    if (order.isEmpty()) {
      return seen.with(tried());
    }
    // While it leads nobody there is nothing that could be told, and nothing to wait for.
    return order.get().cohort().isNobody() ? seen : seen.with(counted(order.get()));
  }

  /** What was told last; what comes next is asked for in the background. */
  private Counted counted(RouteOrder order) {
    synchronized (lock) {
      PrometheusCounts known = counts;
      if (known == null || order.epoch() != epoch) {
        epoch = order.epoch();
        known = new PrometheusCounts(settings, order.cohort().isEverybody());
        counts = known;
        told = Counted.not("Prometheus " + settings.url() + " has not answered yet");
        askedNanos = System.nanoTime() - every.toNanos();
      }
      if (!asking && !closed && System.nanoTime() - askedNanos >= every.toNanos()) {
        asking = true;
        askedNanos = System.nanoTime();
        PrometheusCounts asked = known;
        Thread.startVirtualThread(() -> ask(asked));
      }
      return told;
    }
  }

  /**
   * Why it cannot be asked at all; that nothing is found yet is no reason before the start. Whoever
   * looks waits for it, as nothing has begun yet, and not for long.
   */
  private Counted tried() {
    try {
      find(new PrometheusClient.Round(token.get(), PATIENCE));
      return Counted.NOTHING;
    } catch (OutsideException e) {
      return Counted.not(String.valueOf(e.getMessage()));
    }
  }

  private void ask(PrometheusCounts asked) {
    Counted now = Counted.not("what Prometheus answered cannot be used");
    try {
      var round = new PrometheusClient.Round(token.get(), settings.stale());
      now =
          round.keepingSecret(() -> {
            Found found = find(round);
            return asked.feed(found.moved(), found.stayed(), found.at());
          });
    } catch (OutsideException e) {
      now = Counted.not(String.valueOf(e.getMessage()));
    } finally {
      synchronized (lock) {
        asking = false;
        if (asked == counts) {
          told = now;
        }
      }
    }
  }

  /** What all queries have found at one time. */
  private record Found(double at, SideCounts.Found moved, SideCounts.Found stayed) {}

  /** All queries, at one time. */
  private Found find(PrometheusClient.Round round) {
    PrometheusClient known = client();
    double at = known.now(round);
    return new Found(
        at, find(known, settings.moved(), at, round), find(known, settings.stayed(), at, round));
  }

  private SideCounts.Found find(
      PrometheusClient known,
      PrometheusSettings.Queries queries,
      double at,
      PrometheusClient.Round round) {
    // Twice as far back as counts, so that one that is too old is seen to be there.
    Duration range = settings.stale().multipliedBy(2);
    return new SideCounts.Found(
        known.samples(queries.requests(), range, at, round),
        known.samples(queries.errors(), range, at, round),
        queries.buckets().map(query -> known.samples(query, range, at, round)).orElse(List.of()));
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
