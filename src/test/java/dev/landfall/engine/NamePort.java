package dev.landfall.engine;

import dev.landfall.engine.Name.Look;
import dev.landfall.engine.Name.There;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a process looks after a name: what it tells may be a little old, as its threads are slow. */
final class NamePort implements Router {
  private static final long PAUSE = 60 * Scenario.MILLI;

  private final Name name;
  private final VirtualTime time;
  private final StagedTarget.Way ask;
  private final StagedTarget.Way tell;
  private final Predicate<Side> healthy;
  private final BiConsumer<RouteOrder, Long> taken;
  private final boolean comparesEpochs;
  private @Nullable Tending known;
  private @Nullable RouteSeen last;
  private long lastAt;

  /**
   * @param ask how a question reaches the name's servers
   * @param tell how a change reaches the primary
   * @param healthy whether the services of a side can serve
   * @param taken hears of each order that the primary took, with the epoch that it had before
   */
  NamePort(
      Name name,
      VirtualTime time,
      StagedTarget.Way ask,
      StagedTarget.Way tell,
      Predicate<Side> healthy,
      BiConsumer<RouteOrder, Long> taken,
      boolean comparesEpochs) {
    this.name = name;
    this.time = time;
    this.ask = ask;
    this.tell = tell;
    this.healthy = healthy;
    this.taken = taken;
    this.comparesEpochs = comparesEpochs;
  }

  @Override
  public RouteSeen look() {
    RouteSeen before = last;
    if (before != null && time.micros() - lastAt < PAUSE) {
      return before;
    }
    RouteSeen seen;
    try {
      seen = tend();
    } catch (OutsideException e) {
      seen = RouteSeen.unreachable(String.valueOf(e.getMessage()));
    }
    return keep(seen);
  }

  private RouteSeen keep(RouteSeen seen) {
    last = seen;
    lastAt = time.micros();
    return seen;
  }

  private RouteSeen tend() {
    Look look = ask.call("look at " + name.name, name::look);
    There there = look.there();
    Tending now = known;
    if (now == null || !now.taken || isOutdated(now, there)) {
      return seen(there);
    }
    if (now.number != there.number()) {
      now = Tending.begin(now.order, there, name.times.low());
      now.taken = true;
    } else {
      now.seen(look, time.micros());
      now.liars().stream().filter(name::isHonest).forEach(NamePort::slandered);
    }
    write(now, there);
    return seen(there);
  }

  private static void slandered(int resolver) {
    throw new IllegalStateException("resolver " + resolver + " is honest, and called a liar");
  }

  private static boolean isOutdated(Tending now, There there) {
    return there.order() == null || there.order().epoch() > now.order.epoch();
  }

  private void write(Tending now, There there) {
    known = now;
    if (now.isSo(there)) {
      now.number = there.number();
      now.taken = true;
      return;
    }
    There next = now.wanted(there);
    long before = there.order() == null ? 0 : there.order().epoch();
    // Before it is told: when its answer is lost, the primary may have taken it.
    now.number = next.number();
    tell.call(
        name.name + " " + next.said() + " " + next.step() + " of epoch " + now.order.epoch(),
        () -> {
          name.set(there, next);
          taken.accept(now.order, before);
          return true;
        });
    now.taken = true;
  }

  @Override
  public void order(RouteOrder given) {
    There there = ask.call("read " + name.name, () -> name.look().there());
    long had = there.order() == null ? 0 : there.order().epoch();
    if (given.epoch() < had && comparesEpochs) {
      throw new OutsideException(
          Fault.STALE_ORDER, "cannot take an order of epoch " + given.epoch());
    }
    Tending before = known;
    Tending next =
        Optional.ofNullable(before)
            .filter(each -> each.number == there.number())
            .flatMap(each -> each.goOn(given))
            .orElseGet(() -> Tending.begin(given, there, name.times.low()));
    last = null;
    write(next, there);
  }

  private RouteSeen seen(There there) {
    Tending now = known;
    boolean ours = now != null && now.taken && now.order.equals(there.order());
    return seen(
        Optional.ofNullable(there.order()).map(order -> ours ? order : unknown(order)),
        healthy,
        ours && now != null ? now.settling() : Settling.UNASKED);
  }

  /** What a process that did not give the order can tell of it. */
  private static RouteOrder unknown(RouteOrder order) {
    return new RouteOrder(
        order.epoch(),
        order.source() + " by the note",
        order.target(),
        order.cohort(),
        order.hold(),
        order.health(),
        order.prepare());
  }

  /** The name as it really is, for who may know. */
  static RouteSeen truth(Name name) {
    There there = name.there();
    boolean ready = there.step() == Tending.Step.READY;
    boolean done = ready || there.step() == Tending.Step.DONE;
    return seen(
        Optional.ofNullable(there.order()),
        _ -> true,
        new Settling(ready, done, Optional.empty(), List.of(), List.of()));
  }

  private static RouteSeen seen(
      Optional<RouteOrder> order, Predicate<Side> healthy, Settling settling) {
    return new RouteSeen(
        Optional.empty(),
        order,
        false,
        false,
        0,
        0,
        0,
        Duration.ZERO,
        0,
        Optional.of(healthy.test(Side.SOURCE)),
        Optional.of(healthy.test(Side.TARGET)),
        List.of(),
        Optional.of(settling));
  }

  @Override
  public void close() {}
}
