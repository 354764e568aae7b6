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
 * <p>Prometheus is asked while users are on both sides. What it cannot tell, or tells of too long
 * ago, is told as nothing, and why: no data is never a pass.
 */
public final class PrometheusRouter implements Router {
  private final Router plane;
  private final PrometheusSettings settings;
  private final Asking asking;
  private final Object lock = new Object();

  private long epoch = Long.MIN_VALUE;
  private @Nullable PrometheusCounts counts;
  private Counted told = Counted.NOTHING;

  /**
   * @param plane what leads users; closed with this
   * @param token what lets us ask, looked up each time; absent when nothing is needed
   */
  public PrometheusRouter(
      Router plane, PrometheusSettings settings, Supplier<Optional<String>> token) {
    this(plane, settings, token, Asking.EVERY);
  }

  PrometheusRouter(
      Router plane, PrometheusSettings settings, Supplier<Optional<String>> token, Duration every) {
    this.plane = plane;
    this.settings = settings;
    this.asking = new Asking(settings, token, every);
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
    PrometheusCounts asked = counting(order);
    asking.soon(
        (client, round) -> {
          Found found = find(client, round);
          return asked.feed(found.moved(), found.stayed(), found.at());
        },
        now -> tell(asked, now),
        why -> tell(asked, Counted.not(why)));
    synchronized (lock) {
      return told;
    }
  }

  private PrometheusCounts counting(RouteOrder order) {
    synchronized (lock) {
      PrometheusCounts known = counts;
      if (known == null || order.epoch() != epoch) {
        epoch = order.epoch();
        known = new PrometheusCounts(settings, order.cohort().isEverybody());
        counts = known;
        told = Counted.not("Prometheus " + settings.url() + " has not answered yet");
        asking.hurry();
      }
      return known;
    }
  }

  /** Unless another order has come meanwhile. */
  private void tell(PrometheusCounts asked, Counted now) {
    synchronized (lock) {
      if (asked == counts) {
        told = now;
      }
    }
  }

  /**
   * Why it cannot be asked at all; that nothing is found yet is no reason before the start. Whoever
   * looks waits for it, as nothing has begun yet, and not for long.
   */
  private Counted tried() {
    try {
      return asking.now((client, round) -> {
        find(client, round);
        return Counted.NOTHING;
      });
    } catch (OutsideException e) {
      return Counted.not(String.valueOf(e.getMessage()));
    }
  }

  /** What all queries have found at one time. */
  private record Found(double at, SideCounts.Found moved, SideCounts.Found stayed) {}

  /** All queries, at one time. */
  private Found find(PrometheusClient client, PrometheusClient.Round round) {
    double at = client.now(round);
    return new Found(
        at, find(client, settings.moved(), at, round), find(client, settings.stayed(), at, round));
  }

  private SideCounts.Found find(
      PrometheusClient client,
      PrometheusSettings.Queries queries,
      double at,
      PrometheusClient.Round round) {
    // Twice as far back as counts, so that one that is too old is seen to be there.
    Duration range = settings.stale().multipliedBy(2);
    return new SideCounts.Found(
        client.samples(queries.requests(), range, at, round),
        client.samples(queries.errors(), range, at, round),
        queries.buckets().map(query -> client.samples(query, range, at, round)).orElse(List.of()));
  }

  @Override
  public void order(RouteOrder order) {
    plane.order(order);
  }

  @Override
  public void close() {
    asking.close();
    plane.close();
  }
}
