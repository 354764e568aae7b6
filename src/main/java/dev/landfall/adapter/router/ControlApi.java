package dev.landfall.adapter.router;

import dev.landfall.control.RouteJson;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Group;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;

/** Where controllers look at the router and order it, and operators read its counters. */
final class ControlApi {
  /**
   * What a workload file may name, 1 MiB of text, has at most nine times as many bytes in JSON:
   * names of one character, which are escaped. Read only for whoever has the token.
   */
  static final int ORDER_BYTES_MAX = 16 * 1024 * 1024;

  private static final String BEARER = "Bearer ";
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Vertx vertx;
  private final byte[] token;
  private final Gate gate;
  private final OrderBook book;
  private final HealthWatch health;
  private final RunOut runOut;
  private final Map<Side, SideMeter> meters;
  private final Map<Group, GroupMeter> groups;

  ControlApi(
      Vertx vertx,
      String token,
      Gate gate,
      OrderBook book,
      HealthWatch health,
      RunOut runOut,
      Map<Side, SideMeter> meters,
      Map<Group, GroupMeter> groups) {
    this.vertx = vertx;
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.gate = gate;
    this.book = book;
    this.health = health;
    this.runOut = runOut;
    this.meters = meters;
    this.groups = groups;
  }

  void handle(HttpServerRequest request) {
    if (request.path().equals("/healthz")) {
      answer(request, 200, TEXT, "ok\n");
    } else if (!allowed(request)) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      problem(request, 401, RouterProblem.TOKEN, "cannot let you in: the token is not the one");
    } else {
      serve(request);
    }
  }

  private void serve(HttpServerRequest request) {
    String what = request.method() + " " + request.path();
    switch (what) {
      case "GET /v1/route" -> answer(request, 200, JSON, RouteJson.ofSeen(look()));
      case "GET /metrics" -> answer(request, 200, TEXT, metrics());
      case "PUT /v1/route" -> readOrder(request);
      default ->
          problem(
              request,
              request.method().equals(HttpMethod.GET) ? 404 : 405,
              RouterProblem.REFUSED,
              "cannot do "
                  + what
                  + ": there are GET and PUT /v1/route, GET /metrics, GET /healthz");
    }
  }

  /** In constant time, so that the answer's delay tells nothing of the token. */
  private boolean allowed(HttpServerRequest request) {
    String given = request.getHeader("Authorization");
    return given != null
        && given.startsWith(BEARER)
        && MessageDigest.isEqual(
            token, given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
  }

  private RouteSeen look() {
    return gate.look(
        health.healthy(Side.SOURCE),
        health.healthy(Side.TARGET),
        Arrays.stream(Group.values()).map(groups::get).map(GroupMeter::tally).toList());
  }

  private void readOrder(HttpServerRequest request) {
    Buffer body = Buffer.buffer();
    request.handler(part -> {
      if (body.length() <= ORDER_BYTES_MAX) {
        body.appendBuffer(part);
      }
    });
    request.endHandler(end -> {
      if (body.length() > ORDER_BYTES_MAX) {
        problem(
            request,
            413,
            RouterProblem.REFUSED,
            "cannot take the order: it has more than " + ORDER_BYTES_MAX + " bytes");
      } else {
        order(request, body.toString(StandardCharsets.UTF_8));
      }
    });
  }

  private void order(HttpServerRequest request, String json) {
    RouteOrder order;
    try {
      order = RouteJson.order(json);
    } catch (IllegalArgumentException e) {
      problem(
          request,
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
        answer(request, 200, JSON, RouteJson.ofSeen(look()));
      } else {
        refused(request, result.cause());
      }
    });
  }

  private static void refused(HttpServerRequest request, Throwable cause) {
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
    String words = cause.getMessage();
    problem(request, status, problem, words == null ? "cannot take the order: " + cause : words);
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
    return out.toString();
  }

  private static void gauge(StringBuilder out, String name, Number value) {
    out.append("# TYPE %s gauge\n%s %s\n".formatted(name, name, value));
  }

  /** The code in a header, the words as the body: both are what the client needs. */
  private static void problem(
      HttpServerRequest request, int status, RouterProblem problem, String words) {
    request.response().putHeader(HttpRouter.PROBLEM_HEADER, problem.id());
    answer(request, status, TEXT, words + "\n");
  }

  private static void answer(HttpServerRequest request, int status, String type, String body) {
    if (!request.response().closed()) {
      request.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
    }
  }
}
