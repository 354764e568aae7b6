package dev.landfall.adapter.address;

import dev.landfall.control.HealthNotes;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Health;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A service address that one of two hosts has, moved by their agents. At most one of them has it:
 * the other first says that its kernel has it no more, and only then the new one takes it. Both
 * keep the epoch of each order, so an older one is refused by both.
 *
 * <p>Between the two steps nobody has the address, for as long as two answers take. Requests that
 * are sent to it then wait for their next attempt at a connection; those under way at the host that
 * lost it are not answered any more, and their users are told so by the new one as soon as they
 * send again.
 */
public final class AddressRouter implements Router {
  private final String route;
  private final Agent source;
  private final Agent target;
  private final boolean takeFromSilent;
  private final HealthNotes health;

  /**
   * @param route the name of the route, for messages
   * @param source where the agent of the source's host takes orders: {@code http://host:port}
   * @param target the same of the target's host
   * @param token what proves to both that orders come from Landfall
   * @param takeFromSilent whether a host whose agent does not answer may lose the address to the
   *     other one, which then asks the network first
   * @param health looks at the services behind the address
   */
  public AddressRouter(
      String route, URI source, URI target, String token, boolean takeFromSilent, Health health) {
    this.route = route;
    this.source = new Agent(Side.SOURCE, source, token);
    this.target = new Agent(Side.TARGET, target, token);
    this.takeFromSilent = takeFromSilent;
    this.health = new HealthNotes(health);
  }

  @Override
  public RouteSeen look() {
    Executor threads = Thread::startVirtualThread;
    CompletableFuture<AgentSeen> one = CompletableFuture.supplyAsync(source::look, threads);
    CompletableFuture<AgentSeen> other = CompletableFuture.supplyAsync(target::look, threads);
    var seen = new Both(Look.of(one), Look.of(other));
    return seen.fault()
        .map(why -> RouteSeen.unreachable("cannot look at the route " + route + ": " + why))
        .orElseGet(() -> health.complete(seen(seen.inForce())));
  }

  private static RouteSeen seen(Optional<RouteOrder> order) {
    RouteSeen nothing = RouteSeen.unreachable("");
    return new RouteSeen(
        Optional.empty(),
        order,
        nothing.holding(),
        nothing.holdRanOut(),
        nothing.inFlight(),
        nothing.inFlightUnsafe(),
        nothing.held(),
        nothing.heldMax(),
        nothing.refused(),
        nothing.sourceHealthy(),
        nothing.targetHealthy(),
        nothing.tallies());
  }

  @Override
  public void order(RouteOrder order) {
    Side wanted = side(order);
    Agent owner = agent(wanted);
    Agent other = agent(wanted.other());
    // Nobody lets go while the one who is to take the address is known to be away.
    owner.look();
    boolean unsure = letGo(order, owner, other);
    owner.tell(new AgentOrder(order, true, unsure));
  }

  /** Whether the other host may still have the address after this: it did not say. */
  private boolean letGo(RouteOrder order, Agent owner, Agent other) {
    try {
      other.tell(new AgentOrder(order, false, false));
      return false;
    } catch (OutsideException e) {
      if (e.code() != AddressProblem.UNREACHABLE) {
        throw e;
      }
      AgentSeen seen = owner.look();
      if (seen.present() && seen.inForce()) {
        // Only ever given the address once the other had let go, or after being told to risk it.
        return seen.kept().filter(AgentOrder::unsure).isPresent();
      }
      if (takeFromSilent) {
        return true;
      }
      throw new OutsideException(
          AddressProblem.SILENT,
          "cannot move the address of the route %s to the %s: the agent of the %s's host does not answer, and nobody else knows whether that host still has it; start the agent, or switch that host off and say silent: take (%s)"
              .formatted(route, owner.side().word(), other.side().word(), e.getMessage()),
          e);
    }
  }

  private Side side(RouteOrder order) {
    if (order.hold().isPresent()) {
      throw refused("hold requests", "an address has nowhere to let them wait");
    }
    if (order.cohort().isNobody()) {
      return Side.SOURCE;
    }
    if (order.cohort().isEverybody()) {
      return Side.TARGET;
    }
    throw refused("lead some users and not others", "everybody comes to the one address");
  }

  private OutsideException refused(String verb, String why) {
    return new OutsideException(
        AddressProblem.REFUSED, "cannot %s on the route %s: %s".formatted(verb, route, why));
  }

  private Agent agent(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  @Override
  public void close() {
    source.close();
    target.close();
  }

  /** What one agent answered, or why it did not. */
  private record Look(Optional<AgentSeen> seen, String fault) {
    static Look of(CompletableFuture<AgentSeen> asked) {
      return asked
          .<Look>thenApply(seen -> new Look(Optional.of(seen), ""))
          .exceptionally(e -> {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof OutsideException) {
              return new Look(Optional.empty(), String.valueOf(cause.getMessage()));
            }
            throw new IllegalStateException("cannot look at an agent", cause);
          })
          .join();
    }

    /** Whether this host alone tells where the address is: it has it, as it was ordered. */
    boolean owns() {
      return seen.filter(each -> each.present() && each.inForce()).isPresent();
    }
  }

  private record Both(Look source, Look target) {
    Optional<String> fault() {
      if (source.seen().isPresent() && target.seen().isPresent()) {
        String one = source.seen().get().address();
        String other = target.seen().get().address();
        return one.equals(other)
            ? Optional.empty()
            : Optional.of("its agents are for %s and for %s; start one anew".formatted(one, other));
      }
      // The host that has the address got it only once the other had let go.
      return source.owns() || target.owns()
          ? Optional.empty()
          : Optional.of(source.seen().isEmpty() ? source.fault() : target.fault());
    }

    /** The last order of both; absent also when it is not carried out, so that it comes again. */
    Optional<RouteOrder> inForce() {
      Look owner = source.owns() ? source : target;
      Look other = source.owns() ? target : source;
      if (!owner.owns() || other.owns()) {
        return Optional.empty();
      }
      Optional<RouteOrder> order = owner.seen().flatMap(AgentSeen::kept).map(AgentOrder::order);
      boolean agreed =
          other
              .seen()
              .map(seen -> seen.inForce() && seen.kept().map(AgentOrder::order).equals(order))
              .orElse(true);
      return agreed ? order : Optional.empty();
    }
  }
}
