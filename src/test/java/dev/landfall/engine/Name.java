package dev.landfall.engine;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A name in virtual time that leads users to one side or the other, by answers that resolvers keep:
 * a primary that is told, a secondary that hears of it later, resolvers that keep to the TTL and
 * some that do not. Times in microseconds.
 */
final class Name implements Stoppable {
  /** The most that a resolver which keeps answers for too long adds to their time. */
  private static final long LIE_MOST = 4 * Scenario.SECOND;

  /** A timer and an order in the same instant are no violation. */
  private static final long TOLERANCE = Scenario.MILLI;

  /** What a server or a resolver says: a side, and for how long that may be kept. */
  record Said(Side side, long ttl) {}

  /**
   * What the primary has, changed as a whole.
   *
   * @param number another one after each change
   * @param order the last order; null before the first
   * @param step the step that was noted with it
   * @param full the TTL when nothing is prepared
   * @param kept how long caches may keep what was said before this
   */
  record There(
      long number,
      @Nullable RouteOrder order,
      Said said,
      Tending.@Nullable Step step,
      long full,
      long kept) {}

  /**
   * Everybody asked.
   *
   * @param servers what each authoritative one says; absent from one that does not answer
   * @param panel what each resolver says
   */
  record Look(There there, List<Optional<Said>> servers, List<Optional<Said>> panel) {}

  /** Times of a name. */
  record Times(long full, long low, long lag) {}

  private static final class Server {
    private Said said;
    private boolean up = true;

    Server(Said said) {
      this.said = said;
    }
  }

  private static final class Resolver {
    private final long lie;
    private @Nullable Said has;
    private long until;

    Resolver(long lie) {
      this.lie = lie;
    }

    boolean isHonest() {
      return lie == 0;
    }
  }

  final String name;
  final Times times;
  final Trouble trouble;
  private final VirtualTime time;
  private final SplittableRandom random;
  private final List<Server> servers = new ArrayList<>();
  private final List<Resolver> resolvers = new ArrayList<>();
  private There there;
  private @Nullable Server down;

  /** Two servers that lead to the source, one honest resolver, and others of any kind. */
  Name(String name, VirtualTime time, Times times, SplittableRandom random) {
    this.name = name;
    this.time = time;
    this.times = times;
    this.random = random;
    trouble = new Trouble(time);
    var said = new Said(Side.SOURCE, times.full);
    there = new There(0, null, said, null, times.full, 0);
    for (int i = 0; i < 2; i++) {
      servers.add(new Server(said));
    }
    for (int i = 0; i < 3; i++) {
      boolean lies = i > 0 && random.nextInt(3) == 0;
      resolvers.add(new Resolver(lies ? 1 + random.nextLong(LIE_MOST) : 0));
    }
  }

  // What users see.

  /** A resolver of the many, for a user who stays with it. */
  int resolverOf(String user) {
    return Math.floorMod(user.hashCode(), resolvers.size());
  }

  boolean isHonest(int resolver) {
    return resolvers.get(resolver).isHonest();
  }

  /** Where a user is led; absent when nobody answers. */
  Optional<Side> resolve(int resolver) {
    return ask(resolvers.get(resolver)).map(Said::side);
  }

  private Optional<Said> ask(Resolver resolver) {
    if (resolver.has == null || time.micros() >= resolver.until) {
      List<Server> alive = servers.stream().filter(each -> each.up).toList();
      if (alive.isEmpty()) {
        return Optional.empty();
      }
      resolver.has = alive.get(random.nextInt(alive.size())).said;
      resolver.until = time.micros() + resolver.has.ttl + resolver.lie;
    }
    return Optional.of(new Said(resolver.has.side, resolver.until - time.micros()));
  }

  // What must be known of it as a whole, and nobody sees.

  /** Whether anybody honest can still be led to a side. */
  boolean leadsTo(Side side) {
    return servers.stream().anyMatch(each -> each.said.side == side)
        || resolvers.stream().anyMatch(each -> each.isHonest() && has(each, side));
  }

  private boolean has(Resolver resolver, Side side) {
    return resolver.has != null
        && resolver.has.side == side
        && time.micros() + TOLERANCE < resolver.until;
  }

  /** Whether everybody honest would follow a change within the low TTL. */
  boolean isQuick() {
    return servers.stream().allMatch(each -> each.said.ttl <= times.low)
        && resolvers.stream()
            .filter(Resolver::isHonest)
            .allMatch(each -> each.until <= time.micros() + times.low + TOLERANCE);
  }

  long epoch() {
    return there.order == null ? 0 : there.order.epoch();
  }

  There there() {
    return there;
  }

  // What controllers do.

  /**
   * Asks the primary, and all others.
   *
   * @throws OutsideException when the primary does not answer
   */
  Look look() {
    answering();
    return new Look(
        there,
        servers.stream()
            .map(each -> each.up ? Optional.of(each.said) : Optional.<Said>empty())
            .toList(),
        resolvers.stream().map(this::ask).toList());
  }

  /**
   * Changes the primary, if it is as it was seen; the other server hears of it later.
   *
   * @throws OutsideException when it is not, or it does not answer, or takes nothing
   */
  void set(There seen, There next) {
    answering();
    trouble.takesOrders(name);
    if (there.number != seen.number) {
      throw new OutsideException(
          Fault.STALE_ORDER, "cannot change " + name + ": somebody else has; look again");
    }
    there = next;
    servers.getFirst().said = next.said;
    time.after(1 + random.nextLong(times.lag), () -> transfer(servers.get(1)));
  }

  private void transfer(Server secondary) {
    if (secondary.up && servers.getFirst().up) {
      secondary.said = servers.getFirst().said;
    }
  }

  private void answering() {
    if (!servers.getFirst().up) {
      throw new OutsideException(
          Fault.UNREACHABLE, "cannot reach the primary of " + name + ": it is down; start it");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean up() {
    return down == null;
  }

  /** One of its servers goes down; users are told by the other. */
  @Override
  public void stop() {
    Server stopped = servers.get(random.nextInt(servers.size()));
    stopped.up = false;
    down = stopped;
  }

  @Override
  public void start() {
    if (down != null) {
      down.up = true;
      down = null;
      time.after(1 + random.nextLong(times.lag), () -> transfer(servers.get(1)));
    }
  }

  @Override
  public void refuse(long micros) {
    trouble.refuse(micros);
  }

  @Override
  public void slow(long micros, long delay) {
    trouble.slow(micros, delay);
  }

  @Override
  public boolean carriesRequests() {
    return false;
  }
}
