package dev.landfall.adapter.router;

import dev.landfall.workload.Side;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop of the router: a share of the users' connections, and its own to the services. */
final class RouterLane extends VerticleBase {
  /**
   * Shorter than the five seconds after which common servers close an idle connection: what they
   * are about to close is not used any more.
   */
  private static final int KEPT_SECONDS = 4;

  private static final int FIRST_LINE_BYTES_MAX = 16 * 1024;

  private final RouterOptions options;
  private final int port;
  private final Gate gate;
  private final Map<Side, SideMeter> meters;
  private final Counts counts;
  private @Nullable HttpServer server;
  private int boundPort;

  /**
   * @param port where to listen, in the sense of the library: a negative number is any free port,
   *     the same for every lane that gives the same number
   */
  RouterLane(
      RouterOptions options, int port, Gate gate, Map<Side, SideMeter> meters, Counts counts) {
    this.options = options;
    this.port = port;
    this.gate = gate;
    this.meters = meters;
    this.counts = counts;
  }

  @Override
  public Future<?> start() {
    // Only this event loop touches it.
    Set<HttpConnection> closing = Collections.newSetFromMap(new IdentityHashMap<>());
    var tunnels = new Tunnels(context, gate);
    gate.onChange(tunnels::routeHasChanged);
    var lane =
        new Exchange.Lane(
            context,
            client(),
            gate,
            meters,
            counts,
            options.limits(),
            new AnswerWatch(context, options.limits().answer()),
            tunnels,
            closing);
    HttpServerOptions settings = serverOptions();
    HttpServer made = vertx.createHttpServer(settings);
    server = made;
    return made.connectionHandler(
            connection -> {
              StrictDecoder.install(connection, settings);
              connection.closeHandler(closed -> closing.remove(connection));
            })
        .requestHandler(request -> Exchange.begin(lane, request))
        .invalidRequestHandler(HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER)
        .listen(port, options.host())
        .onSuccess(listening -> boundPort = listening.actualPort());
  }

  /** Takes no more connections, and lets requests under way end. */
  @Override
  public Future<?> stop() {
    long millis = options.limits().closing().toMillis();
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(millis, TimeUnit.MILLISECONDS);
  }

  int boundPort() {
    return boundPort;
  }

  private HttpServerOptions serverOptions() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(false)
        .setMaxHeaderSize(options.limits().headerBytesMax())
        .setMaxInitialLineLength(FIRST_LINE_BYTES_MAX)
        // WebSockets are carried as they are, so nothing is to be agreed upon here.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setTcpNoDelay(true)
        .setAcceptBacklog(1024)
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout(Math.toIntExact(options.limits().idle().toMillis()));
  }

  private HttpClientAgent client() {
    RouterOptions.Limits limits = options.limits();
    var settings =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setKeepAlive(true)
            .setKeepAliveTimeout(KEPT_SECONDS)
            .setMaxHeaderSize(limits.headerBytesMax())
            .setTcpNoDelay(true)
            .setDecompressionSupported(false)
            // No limit for idleness here: a connection that serves a user ends with the user's.
            .setConnectTimeout(Math.toIntExact(limits.connect().toMillis()));
    var pool =
        new PoolOptions()
            .setHttp1MaxSize(Math.max(1, limits.connectionsMax() / limits.eventLoops()))
            .setMaxWaitQueueSize(limits.heldMax() + limits.connectionsMax());
    return vertx.httpClientBuilder().with(settings).with(pool).build();
  }
}
