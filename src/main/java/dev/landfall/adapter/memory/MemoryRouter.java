package dev.landfall.adapter.memory;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Asker;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.routing.Sorter;
import dev.landfall.routing.Standing;
import dev.landfall.routing.Tally;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A router without a network: requests are offered by a test, time is what the test says. One
 * thread at a time.
 */
public final class MemoryRouter implements Router {
  private final InstantSource clock;
  private final int heldMost;
  private final LinkedHashSet<Visit> waiting = new LinkedHashSet<>();
  private final Set<Visit> flying = new HashSet<>();
  private final Map<Side, Boolean> healthy = new EnumMap<>(Side.class);
  private Optional<String> fault = Optional.empty();
  private Standing standing = Standing.none();
  private long refused;
  private List<Tally> tallies = List.of();
  private Map<Side, String> unable = Map.of();
  private Duration heldMax = Duration.ZERO;

  /**
   * @param clock the time of the test
   * @param heldMost how many requests may wait at once
   */
  public MemoryRouter(InstantSource clock, int heldMost) {
    this.clock = clock;
    this.heldMost = heldMost;
  }

  /** One request, from its arrival until it is answered. */
  public final class Visit {
    private final boolean unsafe;
    private final Asker asker;
    private final Instant since;
    private Optional<Side> side = Optional.empty();
    private boolean refusedHere;

    private Visit(boolean unsafe, Asker asker, Instant since) {
      this.unsafe = unsafe;
      this.asker = asker;
      this.since = since;
    }

    /** Where it was sent on to; absent while it waits, and when it was refused. */
    public Optional<Side> side() {
      settle();
      return side;
    }

    /** Whether it waits in a hold. */
    public boolean waits() {
      settle();
      return waiting.contains(this);
    }

    /** Whether it was answered with an error by the router itself. */
    public boolean refused() {
      return refusedHere;
    }

    /** The service has answered, or the user has gone. */
    public void end() {
      settle();
      waiting.remove(this);
      flying.remove(this);
    }
  }

  /**
   * A request arrives of somebody of whom nothing is known.
   *
   * @param unsafe whether it may write: neither GET nor HEAD nor OPTIONS
   */
  public Visit offer(boolean unsafe) {
    return offer(unsafe, Asker.UNKNOWN);
  }

  /**
   * A user's request arrives.
   *
   * @param unsafe whether it may write: neither GET nor HEAD nor OPTIONS
   */
  public Visit offer(boolean unsafe, Asker asker) {
    settle();
    Instant now = clock.instant();
    var visit = new Visit(unsafe, asker, now);
    Optional<RouteOrder> order = standing.inForce(now);
    if (order.isPresent()) {
      sendOn(visit, order.get());
    } else if (standing.holding(now) && waiting.size() < heldMost) {
      waiting.add(visit);
    } else {
      visit.refusedHere = true;
      refused++;
    }
    return visit;
  }

  /** What looks at a service's health see from now on. */
  public void healthy(Side side, boolean canServe) {
    healthy.put(side, canServe);
  }

  /** What it has counted, from now on. */
  public void tallies(List<Tally> counted) {
    tallies = List.copyOf(counted);
  }

  /** From now on it says that it could not lead users to these sides, each with why. */
  public void unable(Map<Side, String> why) {
    unable = Map.copyOf(why);
  }

  /** From now on the control port does not answer, for this reason; or answers again. */
  public void fault(Optional<String> why) {
    fault = why;
  }

  /** The process ends and starts again with what was on disk; who waited or was served is lost. */
  public void restart() {
    waiting.clear();
    flying.clear();
    refused = 0;
    heldMax = Duration.ZERO;
    healthy.clear();
    tallies = List.of();
  }

  @Override
  public RouteSeen look() {
    if (fault.isPresent()) {
      return RouteSeen.unreachable(fault.get());
    }
    settle();
    Instant now = clock.instant();
    var seen =
        new RouteSeen(
            Optional.empty(),
            standing.order(),
            standing.holding(now),
            standing.holdRanOut(now),
            flying.size(),
            flying.stream().filter(visit -> visit.unsafe).count(),
            waiting.size(),
            heldMax,
            refused,
            Optional.ofNullable(healthy.get(Side.SOURCE)),
            Optional.ofNullable(healthy.get(Side.TARGET)),
            tallies);
    return seen.withUnable(unable);
  }

  @Override
  public void order(RouteOrder order) {
    if (fault.isPresent()) {
      throw new OutsideException(
          MemoryProblem.UNREACHABLE, "cannot order the router: " + fault.get() + "; try again");
    }
    settle();
    if (standing.outdates(order)) {
      throw new OutsideException(
          MemoryProblem.STALE_ORDER,
          "cannot take the order of epoch %d: there is one of epoch %d; look again"
              .formatted(order.epoch(), standing.epoch()));
    }
    if (standing.letGoBefore(order, clock.instant())) {
      throw new OutsideException(
          MemoryProblem.STALE_ORDER,
          "cannot lead users on by epoch %d: they were let go; take it back"
              .formatted(order.epoch()));
    }
    standing = standing.take(order, clock.instant());
    settle();
  }

  @Override
  public void close() {}

  private void settle() {
    Instant now = clock.instant();
    standing
        .inForce(now)
        .ifPresent(order -> {
          Instant ended = standing.heldUntil().filter(now::isAfter).orElse(now);
          waiting.forEach(visit -> {
            Duration waited = Duration.between(visit.since, ended);
            heldMax = waited.compareTo(heldMax) > 0 ? waited : heldMax;
            sendOn(visit, order);
          });
          waiting.clear();
        });
  }

  private void sendOn(Visit visit, RouteOrder order) {
    visit.side = Optional.of(new Sorter(order.cohort()).side(visit.asker));
    flying.add(visit);
  }
}
