package dev.landfall.adapter.address;

import dev.landfall.adapter.address.Both.Look;
import dev.landfall.control.HealthNotes;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Health;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
  private static final System.Logger LOG = System.getLogger(AddressRouter.class.getName());

  /** Longer than an agent takes to be started anew by whatever watches over it. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(3);

  private final String route;
  private final Agent source;
  private final Agent target;
  private final Lookout atSource;
  private final Lookout atTarget;
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
    this.atSource = new Lookout(this.source);
    this.atTarget = new Lookout(this.target);
    this.takeFromSilent = takeFromSilent;
    this.health = new HealthNotes(health);
  }

  @Override
  public RouteSeen look() {
    CompletableFuture<Look> one = atSource.ask();
    CompletableFuture<Look> other = atTarget.ask();
    Both seen = withNetwork(new Both(one.join(), other.join()));
    return seen.fault(takeFromSilent)
        .map(why -> RouteSeen.unreachable("cannot look at the route " + route + ": " + why))
        .orElseGet(() -> health.complete(seen(seen.order()).withUnable(seen.unable())));
  }

  /**
   * Whoever would have to take the address without the word of the other is asked what the network
   * says: a host that is silent to us may serve users all the same.
   */
  private Both withNetwork(Both seen) {
    return seen.left()
        .filter(_ -> takeFromSilent)
        .map(side -> seen.with(side, Look.of(agent(side)::lookUnsure)))
        .orElse(seen);
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
    // Nobody lets go while the one who is to take the address is known to be away, or unable to.
    Look there = lookout(wanted).look();
    if (there.isSilent() && takeFromSilent) {
      AgentSeen holder = other.look();
      if (isLeft(holder)) {
        requireLost(wanted, holder);
        // Who is taken to be off is left the address; the other writes down that it is. Users have
        // no service until they are ordered back, and that can only begin once this is taken.
        other.tell(new AgentOrder(order, false, false));
        return;
      }
    }
    AgentSeen taker = there.orThrow();
    if (!taker.present() && taker.cannotTake().isPresent() && isHeldBy(other)) {
      throw new OutsideException(
          AddressProblem.HOST,
          "cannot move the address of the route %s to the %s, and it stays where it is: that host cannot take it: %s"
              .formatted(route, wanted.word(), taker.cannotTake().get()));
    }
    boolean unsure = letGo(order, owner, other);
    owner.tell(new AgentOrder(order, true, unsure));
  }

  /**
   * Users who are served are not left alone because an agent was started anew just then.
   *
   * @param holder who would let the address go, where it still has it
   */
  private void requireLost(Side to, AgentSeen holder) {
    Duration silent = lookout(to).silentFor();
    if (!holder.gone() && silent.compareTo(LOST_AFTER) < 0) {
      throw new OutsideException(
          AddressProblem.SILENT,
          "cannot move the address of the route %s to the %s yet, and it stays where it is: that host's agent has not answered for %.1f s, and is taken to be off after %d s"
              .formatted(route, to.word(), silent.toMillis() / 1000.0, LOST_AFTER.toSeconds()));
    }
  }

  /** Whether a host has let the address go to another, or has had orders by which it may. */
  private static boolean isLeft(AgentSeen seen) {
    return seen.gone() || seen.kept().isPresent();
  }

  /** Whether a host says that it has the address; one that says nothing is asked to let go. */
  private static boolean isHeldBy(Agent host) {
    return Look.of(host::look).seen().filter(each -> !each.gone()).isPresent();
  }

  /** Whether the other host may still have the address after this: it did not say. */
  private boolean letGo(RouteOrder order, Agent owner, Agent other) {
    try {
      AgentSeen left = other.tell(new AgentOrder(order, false, false));
      left.trouble().ifPresent(what -> LOG.log(System.Logger.Level.WARNING, what));
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

  private Lookout lookout(Side side) {
    return side == Side.SOURCE ? atSource : atTarget;
  }

  private Agent agent(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  @Override
  public void close() {
    source.close();
    target.close();
  }
}
