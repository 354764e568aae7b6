package dev.landfall.adapter.dns;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Health;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A name as a plane: told where to lead by orders, and tended by a thread of its own in between. A
 * look tells what that thread saw last, and is answered at once.
 *
 * <p>What is told of an order was read from the zone's primary: a controller that starts anew knows
 * the epoch and the side of the last order, and gives its own again.
 */
public final class DnsRouter implements Router {
  /** Servers that do not answer are given up after about five seconds, one question each. */
  private static final Duration FIRST_MAX = Duration.ofSeconds(20);

  /** What is older is not believed: whoever should look hangs. */
  private static final Duration AGE_MAX = Duration.ofSeconds(40);

  /** While something runs out soon, and between two looks at services. */
  private static final Duration PAUSE_MIN = Duration.ofMillis(500);

  /** Other people's resolvers are asked as well. */
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final DnsSettings settings;
  private final DnsPlane plane;
  private final Health health;
  private final InstantSource clock;
  private final BlockingQueue<RouteOrder> news = new ArrayBlockingQueue<>(1);
  private final CountDownLatch first = new CountDownLatch(1);
  private final List<Thread> threads;
  private final ReentrantLock change = new ReentrantLock();
  private volatile State state = new State(0, null, null);
  private volatile @Nullable Healthy healthy;

  /** How many orders were taken, the last of them, and what was seen since. */
  private record State(long orders, @Nullable RouteOrder taken, @Nullable Seen seen) {}

  /** What was seen, or why nothing was. */
  private record Seen(
      Instant at, DnsPlane.@Nullable Progress progress, @Nullable RuntimeException fault) {}

  /** Whether the services of an order can serve. */
  private record Healthy(RouteOrder order, boolean source, boolean target) {}

  /**
   * Begins to look.
   *
   * @param secret the secret of the key, in base 64; asked for at each update
   * @throws OutsideException when the settings cannot work
   */
  public DnsRouter(
      DnsSettings settings, Supplier<String> secret, Health health, InstantSource clock) {
    this.settings = settings;
    this.plane = new DnsPlane(settings, secret, clock);
    this.health = health;
    this.clock = clock;
    String name = settings.name();
    this.threads =
        List.of(
            Thread.ofVirtual().name("dns " + name).start(() -> repeatedly(this::tend)),
            Thread.ofVirtual().name("health " + name).start(() -> repeatedly(this::examine)));
  }

  private interface Turn {
    void take() throws InterruptedException;
  }

  private static void repeatedly(Turn turn) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        turn.take();
      }
    } catch (InterruptedException e) {
      // It is closed.
      Thread.currentThread().interrupt();
    }
  }

  private void tend() throws InterruptedException {
    State before = state;
    Seen seen;
    try {
      seen = new Seen(clock.instant(), plane.tend(), null);
    } catch (RuntimeException e) {
      seen = new Seen(clock.instant(), null, e);
    }
    // An order that came meanwhile is newer than what was seen.
    change.lock();
    try {
      if (state.orders() == before.orders()) {
        state = new State(before.orders(), before.taken(), seen);
      }
    } finally {
      change.unlock();
    }
    first.countDown();
    news.poll(pause(seen).toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A wait of an hour is not looked at twice a second. */
  private Duration pause(Seen seen) {
    DnsPlane.Progress progress = seen.progress();
    if (progress == null || progress.notBefore().isEmpty()) {
      return progress == null ? PAUSE_MIN : PAUSE_MAX;
    }
    Duration left = Duration.between(clock.instant(), progress.notBefore().get()).dividedBy(20);
    return Duration.ofMillis(
        Math.clamp(left.toMillis(), PAUSE_MIN.toMillis(), PAUSE_MAX.toMillis()));
  }

  private void examine() throws InterruptedException {
    RouteOrder order = state.taken();
    if (order != null) {
      healthy =
          new Healthy(
              order,
              health.canServe(order.source(), order.health()),
              health.canServe(order.target(), order.health()));
    }
    Thread.sleep(PAUSE_MIN);
  }

  @Override
  public RouteSeen look() {
    State now = afterFirst();
    Seen seen = now.seen();
    if (seen == null) {
      return RouteSeen.unreachable(
          "cannot see where %s leads: its servers have not answered yet; look again"
              .formatted(settings.name()));
    }
    if (seen.at().plus(AGE_MAX).isBefore(clock.instant())) {
      return RouteSeen.unreachable(
          "cannot see where %s leads: it was last seen at %s; do its servers answer?"
              .formatted(settings.name(), seen.at()));
    }
    return switch (seen.fault()) {
      case null ->
          seen(Objects.requireNonNull(seen.progress(), "one of both is there"), now.taken());
      case OutsideException outside -> RouteSeen.unreachable(String.valueOf(outside.getMessage()));
      // A bug: whoever looks is to hear of it.
      case RuntimeException bug -> throw bug;
    };
  }

  private State afterFirst() {
    try {
      first.await(FIRST_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return state;
  }

  private RouteSeen seen(DnsPlane.Progress progress, @Nullable RouteOrder given) {
    Optional<Healthy> found =
        Optional.ofNullable(healthy).filter(each -> each.order().equals(given));
    return new RouteSeen(
        Optional.empty(),
        progress.order().map(order -> orderOf(order, given)),
        false,
        false,
        0,
        0,
        0,
        Duration.ZERO,
        0,
        found.map(Healthy::source),
        found.map(Healthy::target),
        List.of(),
        Optional.of(settling(progress)));
  }

  /** The order of which the primary knows epoch and side; whole, when it was given here. */
  private RouteOrder orderOf(DnsPlane.Order order, @Nullable RouteOrder given) {
    if (given != null && order.equals(orderOf(given))) {
      return given;
    }
    Cohort users = order.users() == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY;
    return new RouteOrder(
        order.epoch(),
        String.join(", ", settings.source()),
        String.join(", ", settings.target()) + " by the note at _landfall." + settings.name(),
        users,
        Optional.empty(),
        Optional.empty(),
        order.prepare());
  }

  private static Settling settling(DnsPlane.Progress progress) {
    var named = new ArrayList<String>();
    progress.liars().forEach(liar -> named.add(liar.words()));
    progress.silent().forEach(each -> named.add(each + " does not answer"));
    return new Settling(
        progress.ready(), progress.done(), progress.notBefore(), progress.waitsFor(), named);
  }

  private DnsPlane.Order orderOf(RouteOrder order) {
    boolean everybody = order.cohort().isEverybody();
    if (order.hold().isPresent() || !(everybody || order.cohort().isNobody())) {
      throw new IllegalArgumentException(
          "a name leads everybody, and nobody waits for it: it cannot do " + order);
    }
    return new DnsPlane.Order(
        order.epoch(), everybody ? Side.TARGET : Side.SOURCE, order.prepare());
  }

  /** When it returns, the zone's primary has the note of this order, and leads by it. */
  @Override
  public void order(RouteOrder order) {
    DnsPlane.Progress progress = plane.tell(orderOf(order));
    change.lock();
    try {
      state = new State(state.orders() + 1, order, new Seen(clock.instant(), progress, null));
    } finally {
      change.unlock();
    }
    first.countDown();
    news.offer(order);
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
