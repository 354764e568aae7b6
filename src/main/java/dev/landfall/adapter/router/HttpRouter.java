package dev.landfall.adapter.router;

import dev.landfall.control.RouteJson;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Landfall's own router, looked at and ordered over its control port. */
public final class HttpRouter implements Router {
  /** Carries the code of a problem in the router's answer. */
  static final String PROBLEM_HEADER = "Landfall-Problem";

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** A router answers with the order that it has, and with little more. */
  private static final int ANSWER_BYTES_MAX = ControlApi.ORDER_BYTES_MAX + 256 * 1024;

  private final URI route;
  private final String control;
  private final String token;
  private final HttpClient client;

  /**
   * @param control where the router takes orders: {@code http://host:port}
   * @param token what proves that orders come from Landfall
   */
  public HttpRouter(URI control, String token) {
    this.control = control.toString();
    this.route = control.resolve("/v1/route");
    this.token = token;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public RouteSeen look() {
    try {
      HttpResponse<String> answer = ask(request().GET().build(), "look at");
      if (answer.statusCode() != 200) {
        throw refused("look at", answer);
      }
      return RouteJson.seen(answer.body());
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return RouteSeen.unreachable(
          "cannot look at the router %s: its answer is not a route (%s); is it a router, of this version?"
              .formatted(control, e.getMessage()));
    }
  }

  @Override
  public void order(RouteOrder order) {
    HttpRequest put =
        request()
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(RouteJson.ofOrder(order)))
            .build();
    HttpResponse<String> answer = ask(put, "order");
    if (answer.statusCode() != 200) {
      throw refused("order", answer);
    }
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(route).timeout(ANSWER).header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> ask(HttpRequest request, String verb) {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(), ANSWER_BYTES_MAX));
    try {
      // The request's own limit ends with the header of the answer; this one covers the body too.
      return answer.get(ANSWER.plus(CONNECT).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw unreachable(verb, cause instanceof IOException ? cause : e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw unreachable(verb, e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw unreachable(verb, e);
    }
  }

  private OutsideException unreachable(String verb, Throwable cause) {
    String seen =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new OutsideException(
        RouterProblem.UNREACHABLE,
        "cannot %s the router %s: %s; is it running, and is this its control address?"
            .formatted(verb, control, seen),
        cause);
  }

  private OutsideException refused(String verb, HttpResponse<String> answer) {
    String code = answer.headers().firstValue(PROBLEM_HEADER).orElse("");
    RouterProblem problem =
        switch (answer.statusCode()) {
          case 401, 403 -> RouterProblem.TOKEN;
          case 409 -> RouterProblem.STALE_ORDER;
          default ->
              code.equals(RouterProblem.STATE.id()) ? RouterProblem.STATE : RouterProblem.REFUSED;
        };
    return new OutsideException(
        problem,
        "cannot %s the router %s: it answered %d \"%s\"%s"
            .formatted(
                verb,
                control,
                answer.statusCode(),
                answer.body().strip(),
                problem == RouterProblem.TOKEN ? "; compare the two tokens" : ""));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
