package dev.landfall.adapter.router;

import dev.landfall.routing.Asker;
import dev.landfall.routing.Group;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Sorter;
import dev.landfall.routing.Standing;
import dev.landfall.routing.Tally;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Where every request passes, waits or is refused. Choosing a side and counting a request as in
 * flight are one step under one lock, and so is a change of the standing: once {@link #change} has
 * returned, a request either was counted before, or goes by the new order. The lock covers a few
 * additions and never anything that waits.
 */
final class Gate {
  private final InstantSource clock;
  private final int heldMost;

  private final Object lock = new Object();
  private final LinkedHashSet<Waiter> waiting = new LinkedHashSet<>();
  private Standing standing;
  private final List<Runnable> onChange = new CopyOnWriteArrayList<>();
  private Optional<Upstreams> upstreams = Optional.empty();
  private long inFlight;
  private long inFlightUnsafe;
  private long tunnels;
  private long refused;
  private Duration heldMax = Duration.ZERO;

  /**
   * @param clock must never be set back: a hold is measured by it
   * @param heldMost how many requests may wait at once
   */
  Gate(InstantSource clock, int heldMost, Standing standing) {
    this.clock = clock;
    this.heldMost = heldMost;
    this.standing = standing;
  }

  /** What a request is told. */
  sealed interface Entry {
    /** It goes on. */
    record Passes(Passage passage) implements Entry {}

    /** It waits, and is called when it may go on. */
    record Waits(Waiter waiter) implements Entry {}

    /** As many wait as may. */
    record Full(Duration holdLeft) implements Entry {}

    /** It may write and names nobody, while both sides accept the writes of their own users. */
    record Unnamed() implements Entry {}

    /** There was no order yet. */
    record NoOrder() implements Entry {}
  }

  /** The two services of an order and who goes where, made once and not for every request. */
  private record Upstreams(RouteOrder order, Upstream source, Upstream target, Sorter sorter) {
    static Upstreams of(RouteOrder order) {
      return new Upstreams(
          order,
          Upstream.parse(Side.SOURCE, order.source()),
          Upstream.parse(Side.TARGET, order.target()),
          new Sorter(order.cohort()));
    }

    /** Who asks, which is found out only where it matters. */
    Who who(Function<Identity, Asker> asker) {
      if (order.cohort().isNobody()) {
        return Who.ANYBODY;
      }
      if (order.cohort().isEverybody()) {
        return new Who(Optional.of(Group.MOVED), OptionalInt.empty());
      }
      Asker known = asker.apply(order.cohort().identity());
      return new Who(
          Optional.of(sorter.group(known)),
          known
              .drawnBy()
              .map(user -> OptionalInt.of(Sorter.mark(order.cohort().salt(), user)))
              .orElse(OptionalInt.empty()));
    }

    Upstream of(Optional<Group> group) {
      boolean moved = group.map(each -> each == Group.MOVED).orElse(order.cohort().isEverybody());
      return moved ? target : source;
    }
  }

  /**
   * Who asks, as far as it matters.
   *
   * @param group absent when nobody is told apart
   * @param mark of the user; absent when users are not told apart
   */
  private record Who(Optional<Group> group, OptionalInt mark) {
    static final Who ANYBODY = new Who(Optional.empty(), OptionalInt.empty());
  }

  /** A request that waits in a hold. */
  static final class Waiter {
    private final boolean unsafe;
    private final Function<Identity, Asker> asker;
    private final Instant since;
    private final Consumer<Passage> goesOn;

    private Waiter(
        boolean unsafe, Function<Identity, Asker> asker, Instant since, Consumer<Passage> goesOn) {
      this.unsafe = unsafe;
      this.asker = asker;
      this.since = since;
      this.goesOn = goesOn;
    }
  }

  /** The right of one request to go to one service; counted as in flight until it is done. */
  final class Passage {
    private final Upstream upstream;
    private final Who who;
    private final boolean unsafe;
    private boolean done;

    private Passage(Upstream upstream, Who who, boolean unsafe) {
      this.upstream = upstream;
      this.who = who;
      this.unsafe = unsafe;
    }

    Upstream upstream() {
      return upstream;
    }

    /** What it is counted as; absent when nobody is told apart. */
    Optional<Group> group() {
      return who.group();
    }

    /** By which its user is counted; absent when users are not told apart. */
    OptionalInt mark() {
      return who.mark();
    }

    /** The request was answered, given up or upgraded. Saying so again changes nothing. */
    void done() {
      synchronized (lock) {
        if (!done) {
          done = true;
          inFlight--;
          inFlightUnsafe -= unsafe ? 1 : 0;
        }
      }
    }
  }

  private record Release(Waiter waiter, Passage passage) {}

  /**
   * Lets a request in.
   *
   * @param unsafe whether it may write
   * @param asker tells who asks; called on any thread, before {@code goesOn}
   * @param goesOn called once, on any thread, when a request that had to wait may go on; must hand
   *     over at once
   */
  Entry enter(boolean unsafe, Function<Identity, Asker> asker, Consumer<Passage> goesOn) {
    List<Release> first;
    Entry entry;
    synchronized (lock) {
      Instant now = clock.instant();
      first = release(now);
      entry = enter(unsafe, asker, goesOn, now);
    }
    first.forEach(release -> release.waiter().goesOn.accept(release.passage()));
    return entry;
  }

  private Entry enter(
      boolean unsafe, Function<Identity, Asker> asker, Consumer<Passage> goesOn, Instant now) {
    if (unsafe && tellsNobody(asker)) {
      refused++;
      return new Entry.Unnamed();
    }
    Optional<RouteOrder> order = standing.inForce(now);
    if (order.isPresent()) {
      return new Entry.Passes(pass(order.get(), unsafe, asker));
    }
    if (!standing.holding(now)) {
      refused++;
      return new Entry.NoOrder();
    }
    if (waiting.size() >= heldMost) {
      refused++;
      Instant until = standing.heldUntil().orElse(now);
      return new Entry.Full(Duration.between(now, until));
    }
    var waiter = new Waiter(unsafe, asker, now, goesOn);
    waiting.add(waiter);
    return new Entry.Waits(waiter);
  }

  /** Once it had a name it could be on the other side, where what it wrote has not arrived. */
  private boolean tellsNobody(Function<Identity, Asker> asker) {
    return namedAlone().filter(each -> asker.apply(each).user().isEmpty()).isPresent();
  }

  private Optional<Identity> namedAlone() {
    return standing.order().map(order -> order.cohort().identity()).filter(Identity::byNameAlone);
  }

  /**
   * Whether both sides accept writes, each those of its own users, or soon will: then a user must
   * be able to change sides between two requests.
   */
  boolean isShared() {
    synchronized (lock) {
      return namedAlone().isPresent();
    }
  }

  /**
   * A request is about to become a connection that carries whatever it likes, for ever.
   *
   * @return whether it may; then {@link #tunnelClosed} is to be told of its end, once
   */
  boolean opensTunnel() {
    synchronized (lock) {
      boolean may = namedAlone().isEmpty();
      tunnels += may ? 1 : 0;
      return may;
    }
  }

  void tunnelClosed() {
    synchronized (lock) {
      tunnels--;
    }
  }

  private Passage pass(RouteOrder order, boolean unsafe, Function<Identity, Asker> asker) {
    Upstreams both =
        upstreams.filter(known -> known.order().equals(order)).orElseGet(() -> Upstreams.of(order));
    upstreams = Optional.of(both);
    inFlight++;
    inFlightUnsafe += unsafe ? 1 : 0;
    Who who = both.who(asker);
    return new Passage(both.of(who.group()), who, unsafe);
  }

  /** A request that waited is not wanted any more. */
  void leave(Waiter waiter) {
    synchronized (lock) {
      if (waiting.remove(waiter)) {
        remember(waiter, clock.instant());
      }
    }
  }

  /** Puts another standing in force, and lets those go on that need not wait any more. */
  void change(Standing next) {
    List<Release> released;
    synchronized (lock) {
      standing = next;
      released = release(clock.instant());
    }
    released.forEach(release -> release.waiter().goesOn.accept(release.passage()));
    onChange.forEach(Runnable::run);
  }

  /** From now on somebody is told after each change; on any thread, and must hand over at once. */
  void onChange(Runnable told) {
    onChange.add(told);
  }

  /** Lets those go on whose hold has run out. */
  void settle() {
    List<Release> released;
    synchronized (lock) {
      released = release(clock.instant());
    }
    released.forEach(release -> release.waiter().goesOn.accept(release.passage()));
  }

  private List<Release> release(Instant now) {
    Optional<RouteOrder> order = standing.inForce(now);
    if (waiting.isEmpty() || order.isEmpty()) {
      return List.of();
    }
    var released = new ArrayList<Release>(waiting.size());
    for (Waiter waiter : waiting) {
      remember(waiter, now);
      released.add(new Release(waiter, pass(order.get(), waiter.unsafe, waiter.asker)));
    }
    waiting.clear();
    return released;
  }

  private void remember(Waiter waiter, Instant now) {
    Duration waited = Duration.between(waiter.since, now);
    heldMax = waited.compareTo(heldMax) > 0 ? waited : heldMax;
  }

  /** Counts a request that the router itself answered with an error. */
  void countRefused() {
    synchronized (lock) {
      refused++;
    }
  }

  Standing standing() {
    synchronized (lock) {
      return standing;
    }
  }

  InstantSource clock() {
    return clock;
  }

  /** Everything at one moment. */
  RouteSeen look(
      Optional<Boolean> sourceHealthy, Optional<Boolean> targetHealthy, List<Tally> tallies) {
    synchronized (lock) {
      Instant now = clock.instant();
      // As long as one is open, its user may write on the side that he leaves.
      long open = namedAlone().isPresent() ? tunnels : 0;
      return new RouteSeen(
          Optional.empty(),
          standing.order(),
          standing.holding(now),
          standing.holdRanOut(now),
          inFlight + open,
          inFlightUnsafe + open,
          waiting.size(),
          heldMax,
          refused,
          sourceHealthy,
          targetHealthy,
          tallies);
    }
  }
}
