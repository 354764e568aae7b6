package dev.landfall.engine;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** How a process looks at a plane that requests pass, and gives it orders. */
final class PlanePort implements Router {
  private final Plane plane;
  private final StagedTarget.Way ask;
  private final StagedTarget.Way tell;
  private final Predicate<Side> healthy;
  private final BiConsumer<RouteOrder, Long> taken;
  private final boolean comparesEpochs;

  /**
   * @param ask how a question reaches the plane
   * @param tell how an order does
   * @param healthy whether the services of a side can serve
   * @param taken hears of each order that the plane took, with the epoch that it had before
   */
  PlanePort(
      Plane plane,
      StagedTarget.Way ask,
      StagedTarget.Way tell,
      Predicate<Side> healthy,
      BiConsumer<RouteOrder, Long> taken,
      boolean comparesEpochs) {
    this.plane = plane;
    this.ask = ask;
    this.tell = tell;
    this.healthy = healthy;
    this.taken = taken;
    this.comparesEpochs = comparesEpochs;
  }

  @Override
  public RouteSeen look() {
    try {
      return ask.call(
          "look at " + plane.name,
          () -> {
            answering();
            return plane.look(healthy.test(Side.SOURCE), healthy.test(Side.TARGET));
          });
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private void answering() {
    if (!plane.up()) {
      throw new OutsideException(
          Fault.UNREACHABLE, "cannot reach " + plane.name + ": it is down; start it");
    }
  }

  @Override
  public void order(RouteOrder given) {
    tell.call(
        "%s %s hold %s of epoch %d"
            .formatted(plane.name, given.cohort().words(), given.hold(), given.epoch()),
        () -> {
          answering();
          long before = plane.epoch();
          plane.order(comparesEpochs ? given : blind(given));
          taken.accept(given, before);
          return true;
        });
  }

  private RouteOrder blind(RouteOrder given) {
    return new RouteOrder(
        Math.max(given.epoch(), plane.epoch()),
        given.source(),
        given.target(),
        given.cohort(),
        given.hold(),
        given.health(),
        given.prepare());
  }

  @Override
  public void close() {}
}
