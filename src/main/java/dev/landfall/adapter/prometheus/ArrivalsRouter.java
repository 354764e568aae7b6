package dev.landfall.adapter.prometheus;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Arrivals;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plane that sees no requests, such as a name, and a Prometheus that tells how many come to the
 * side that it leads nobody to: those who have stayed there, or those who try it before anybody is
 * led there. All else that it tells and takes is its own.
 *
 * <p>What is remembered ends with this: whoever looks anew counts anew, and says since when.
 */
public final class ArrivalsRouter implements Router {
  private final Router plane;
  private final PrometheusSettings settings;
  private final Asking asking;
  private final Object lock = new Object();

  private @Nullable ArrivalCount count;

  /**
   * @param plane what leads users; closed with this
   * @param settings whose queries for requests alone are asked
   * @param token what lets us ask, looked up each time; absent when nothing is needed
   */
  public ArrivalsRouter(
      Router plane, PrometheusSettings settings, Supplier<Optional<String>> token) {
    this.plane = plane;
    this.settings = settings;
    this.asking = new Asking(settings, token, Asking.EVERY);
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
    return counting(seen.order().get().cohort())
        .map(counted -> seen.with(arrivals(counted)))
        .orElse(seen);
  }

  /** For the side that nobody is led to; absent, and forgotten, while users are led to both. */
  private Optional<ArrivalCount> counting(Cohort users) {
    synchronized (lock) {
      if (!users.isEverybody() && !users.isNobody()) {
        count = null;
        return Optional.empty();
      }
      Side left = users.isEverybody() ? Side.SOURCE : Side.TARGET;
      ArrivalCount known = count;
      if (known == null || known.side() != left) {
        known = new ArrivalCount(left, settings);
        count = known;
        asking.hurry();
      }
      return Optional.of(known);
    }
  }

  /** What was counted last; what comes next is asked for in the background. */
  private Arrivals arrivals(ArrivalCount counted) {
    asking.soon(
        (client, round) -> {
          double now = client.now(round);
          return counted.feed(found(counted.side(), client, round, now), now);
        },
        _ -> {},
        counted::missed);
    return counted.told();
  }

  /** Twice as far back as counts, so that what is too old is seen to be there. */
  private List<Series> found(
      Side side, PrometheusClient client, PrometheusClient.Round round, double now) {
    return client.samples(
        ArrivalCount.query(side, settings), settings.stale().multipliedBy(2), now, round);
  }

  /** Why it cannot be asked at all, before anything has begun; absent when it can. */
  private Optional<Arrivals> tried() {
    try {
      return asking.now((client, round) -> {
        double now = client.now(round);
        for (Side side : Side.values()) {
          found(side, client, round, now);
        }
        return Optional.<Arrivals>empty();
      });
    } catch (OutsideException e) {
      return Optional.of(Arrivals.none(Side.SOURCE, String.valueOf(e.getMessage())));
    }
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
