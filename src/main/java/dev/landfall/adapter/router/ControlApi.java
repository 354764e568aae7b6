package dev.landfall.adapter.router;

import dev.landfall.control.ControlDoor;
import dev.landfall.control.RouteJson;
import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

/** Where controllers look at the router and order it, and operators read its counters. */
final class ControlApi implements ControlDoor.Desk {
  private final Vertx vertx;
  private final Gate gate;
  private final OrderBook book;
  private final HealthWatch health;
  private final RunOut runOut;
  private final Map<Side, SideMeter> meters;
  private final Counts counts;

  ControlApi(
      Vertx vertx,
      Gate gate,
      OrderBook book,
      HealthWatch health,
      RunOut runOut,
      Map<Side, SideMeter> meters,
      Counts counts) {
    this.vertx = vertx;
    this.gate = gate;
    this.book = book;
    this.health = health;
    this.runOut = runOut;
    this.meters = meters;
    this.counts = counts;
  }

  @Override
  public void serve(ControlDoor.Call call) {
    switch (call.what()) {
      case "GET /v1/route" -> call.json(RouteJson.ofSeen(look()));
      case "GET /metrics" -> call.text(metrics());
      case "PUT /v1/route" -> order(call);
      default ->
          call.unknown(RouterProblem.REFUSED, "GET and PUT /v1/route, GET /metrics, GET /healthz");
    }
  }

  private RouteSeen look() {
    return gate.look(
        health.healthy(Side.SOURCE),
        health.healthy(Side.TARGET),
        counts.tallies(gate.standing().order()));
  }

  private void order(ControlDoor.Call call) {
    RouteOrder order;
    try {
      order = RouteJson.order(call.body());
    } catch (IllegalArgumentException e) {
      call.refuse(
          400,
          RouterProblem.REFUSED,
          "cannot take the order: " + e.getMessage() + "; give an order as the reference says");
      return;
    }
    Future<Void> taken =
        vertx.executeBlocking(() -> {
          book.take(order);
          return null;
        });
    taken.onComplete(result -> {
      if (result.succeeded()) {
        runOut.watch();
        health.look();
        call.json(RouteJson.ofSeen(look()));
      } else {
        refused(call, result.cause());
      }
    });
  }

  private static void refused(ControlDoor.Call call, Throwable cause) {
    RouterProblem problem = RouterProblem.REFUSED;
    if (cause instanceof OutsideException outside && outside.code() instanceof RouterProblem code) {
      problem = code;
    }
    int status =
        switch (problem) {
          case STALE_ORDER -> 409;
          case REFUSED -> cause instanceof OutsideException ? 400 : 500;
          case UNREACHABLE, TOKEN, OPTIONS, STATE, LISTEN -> 500;
        };
    call.refuse(status, problem, Fault.told(cause));
  }

  private String metrics() {
    RouteSeen seen = look();
    var out = new StringBuilder(4096);
    out.append("# TYPE landfall_router_requests_total counter\n")
        .append("# TYPE landfall_router_upstream_errors_total counter\n")
        .append("# TYPE landfall_router_answer_seconds histogram\n");
    meters.forEach((side, meter) -> meter.write(out, side.word()));
    gauge(out, "landfall_router_in_flight", seen.inFlight());
    gauge(out, "landfall_router_in_flight_unsafe", seen.inFlightUnsafe());
    gauge(out, "landfall_router_held", seen.held());
    gauge(out, "landfall_router_held_seconds_max", seen.heldMax().toNanos() / 1e9);
    gauge(out, "landfall_router_refused", seen.refused());
    gauge(out, "landfall_router_holding", seen.holding() ? 1 : 0);
    gauge(out, "landfall_router_order_epoch", seen.epoch());
    gauge(out, "landfall_router_users_counted_one_in", counts.oneIn());
    return out.toString();
  }

  private static void gauge(StringBuilder out, String name, Number value) {
    out.append("# TYPE %s gauge\n%s %s\n".formatted(name, name, value));
  }
}
