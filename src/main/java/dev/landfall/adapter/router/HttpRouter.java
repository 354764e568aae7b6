package dev.landfall.adapter.router;

import dev.landfall.control.ControlClient;
import dev.landfall.control.ControlClient.Answer;
import dev.landfall.control.ControlClient.SilentException;
import dev.landfall.control.RouteJson;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import java.net.URI;

/** Landfall's own router, looked at and ordered over its control port. */
public final class HttpRouter implements Router {
  private static final String ROUTE = "/v1/route";

  private final ControlClient client;

  /**
   * @param control where the router takes orders: {@code http://host:port}
   * @param token what proves that orders come from Landfall
   */
  public HttpRouter(URI control, String token) {
    this.client = new ControlClient(control, token);
  }

  @Override
  public RouteSeen look() {
    try {
      Answer answer = client.get(ROUTE);
      if (!answer.isDone()) {
        throw refused("look at", answer);
      }
      return RouteJson.seen(answer.body());
    } catch (SilentException e) {
      return RouteSeen.unreachable(String.valueOf(unreachable("look at", e).getMessage()));
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return RouteSeen.unreachable(
          "cannot look at the router %s: its answer is not a route (%s); is it a router, of this version?"
              .formatted(client, e.getMessage()));
    }
  }

  @Override
  public void order(RouteOrder order) {
    try {
      Answer answer = client.put(ROUTE, RouteJson.ofOrder(order));
      if (!answer.isDone()) {
        throw refused("order", answer);
      }
    } catch (SilentException e) {
      throw unreachable("order", e);
    }
  }

  private OutsideException unreachable(String verb, SilentException seen) {
    return new OutsideException(
        RouterProblem.UNREACHABLE,
        "cannot %s the router %s: %s; is it running, and is this its control address?"
            .formatted(verb, client, seen.getMessage()),
        seen);
  }

  private OutsideException refused(String verb, Answer answer) {
    RouterProblem problem =
        switch (answer.status()) {
          case 401, 403 -> RouterProblem.TOKEN;
          case 409 -> RouterProblem.STALE_ORDER;
          default ->
              answer.problem().equals(RouterProblem.STATE.id())
                  ? RouterProblem.STATE
                  : RouterProblem.REFUSED;
        };
    return new OutsideException(
        problem,
        "cannot %s the router %s: it answered %s%s"
            .formatted(
                verb,
                client,
                answer.refusal(),
                problem == RouterProblem.TOKEN ? "; compare the two tokens" : ""));
  }

  @Override
  public void close() {
    client.close();
  }
}
