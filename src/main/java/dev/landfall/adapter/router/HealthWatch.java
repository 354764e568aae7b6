package dev.landfall.adapter.router;

import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks whether the two services can serve. It only tells: where requests go is decided by orders
 * alone, for a router that helped itself could send users to a side that is fenced.
 */
final class HealthWatch {
  /** What was seen of one service, and of which. */
  private record Seen(Upstream service, Optional<String> path, boolean healthy) {}

  private final Vertx vertx;
  private final Gate gate;
  private final HttpClientAgent client;
  private final NetClient dialer;
  private final long patienceMillis;
  private final Map<Side, Seen> seen = new ConcurrentHashMap<>();

  HealthWatch(Vertx vertx, Gate gate, Duration patience) {
    this.vertx = vertx;
    this.gate = gate;
    this.patienceMillis = patience.toMillis();
    int connectMillis = Math.toIntExact(patienceMillis);
    this.client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setKeepAlive(false).setConnectTimeout(connectMillis))
            .with(new PoolOptions().setHttp1MaxSize(2))
            .build();
    this.dialer = vertx.createNetClient(new NetClientOptions().setConnectTimeout(connectMillis));
  }

  void start(Duration every) {
    look();
    vertx.setPeriodic(every.toMillis(), tick -> look());
  }

  /** Whether a side's service, as the present order names it, can serve; absent when not seen. */
  Optional<Boolean> healthy(Side side) {
    Optional<RouteOrder> order = gate.standing().order();
    return Optional.ofNullable(seen.get(side))
        .filter(was ->
            order.isPresent()
                && was.service().equals(serviceOf(order.get(), side))
                && was.path().equals(order.get().health()))
        .map(Seen::healthy);
  }

  /** Looks at both services once more, now. */
  void look() {
    gate.standing()
        .order()
        .ifPresent(order -> {
          for (Side side : Side.values()) {
            Upstream service = serviceOf(order, side);
            canServe(service, order.health())
                .onComplete(result ->
                    seen.put(
                        side,
                        new Seen(service, order.health(), result.succeeded() && result.result())));
          }
        });
  }

  private Future<Boolean> canServe(Upstream service, Optional<String> path) {
    if (path.isEmpty()) {
      return dialer
          .connect(service.port(), service.host())
          .onSuccess(socket -> socket.close())
          .map(true);
    }
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(service.host())
                .setPort(service.port())
                .setSsl(service.tls())
                .setURI(path.get())
                .setTimeout(patienceMillis))
        .compose(request ->
            request.send().compose(HealthWatch::judge).onFailure(cause -> request.reset()));
  }

  private static Future<Boolean> judge(HttpClientResponse response) {
    boolean healthy = response.statusCode() >= 200 && response.statusCode() < 300;
    return response.end().map(healthy);
  }

  private static Upstream serviceOf(RouteOrder order, Side side) {
    return Upstream.parse(side, side == Side.SOURCE ? order.source() : order.target());
  }
}
