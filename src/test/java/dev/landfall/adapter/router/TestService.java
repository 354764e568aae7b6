package dev.landfall.adapter.router;

import dev.landfall.workload.Side;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service of one side, which answers as the path says: {@code /wait/KEY} when told to, {@code
 * /headers} with what it was sent, {@code /echo} with the body, {@code /count} and {@code
 * /slow-count} with its length, {@code /bytes/N} with so many, {@code /half} by breaking off,
 * {@code /die} by closing before any answer, {@code /slow} never, {@code /public} for every cache,
 * {@code /unmodified} with 304, and everything else at once with the name of its side.
 */
final class TestService implements AutoCloseable {
  /** How often a message that begins so is answered: more than the ways between can hold. */
  private static final int FLOOD = 400;

  private final Side side;
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();
  private final Set<String> arrived = ConcurrentHashMap.newKeySet();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> socketsClosed = new CopyOnWriteArrayList<>();
  final AtomicLong bytesSent = new AtomicLong();
  final AtomicLong served = new AtomicLong();
  final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

  TestService(Side side) throws Exception {
    this(side, 0);
  }

  TestService(Side side, int port) throws Exception {
    this.side = side;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(false))
            .requestHandler(this::handle)
            .webSocketHandler(this::talk)
            .listen(port, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  private void talk(ServerWebSocket socket) {
    socket.closeHandler(closed -> socketsClosed.add(String.valueOf(socket.closeStatusCode())));
    socket.textMessageHandler(text -> {
      for (int i = 0; i < (text.startsWith("flood") ? FLOOD : 1); i++) {
        socket.writeTextMessage(side + text);
      }
    });
  }

  int port() {
    return server.actualPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  boolean has(String key) {
    return arrived.contains(key);
  }

  /** Answers a request that waits here. */
  void answer(String key) {
    Runnable answer = waiting.remove(key);
    if (answer != null) {
      answer.run();
    }
  }

  private void handle(HttpServerRequest request) {
    served.incrementAndGet();
    connections.add(request.connection());
    String path = request.path();
    request.response().putHeader("X-Side", side.word());
    if (path.startsWith("/wait/")) {
      String key = path.substring("/wait/".length());
      Context context = vertx.getOrCreateContext();
      waiting.put(key, () -> context.runOnContext(go -> request.response().end(side.word())));
      arrived.add(key);
    } else if (path.startsWith("/bytes/")) {
      bytes(request, Long.parseLong(path.substring("/bytes/".length())));
    } else {
      switch (path) {
        case "/headers" -> {
          var text = new StringBuilder(request.method() + " " + request.uri() + "\n");
          request.headers().forEach((name, value) -> text.append(name + ": " + value + "\n"));
          request.response().end(text.toString());
        }
        case "/echo" -> {
          if ("100-continue".equals(request.getHeader("Expect"))) {
            request.response().writeContinue();
          }
          request.response().setChunked(true);
          request.pipeTo(request.response());
        }
        case "/count" -> {
          var bytes = new AtomicLong();
          request.handler(part -> bytes.addAndGet(part.length()));
          request.endHandler(end -> request.response().end(String.valueOf(bytes.get())));
        }
        case "/slow-count" -> {
          var bytes = new AtomicLong();
          request.handler(part -> {
            // Slower than the user sends.
            bytes.addAndGet(part.length());
            request.pause();
            vertx.setTimer(1, fired -> request.resume());
          });
          request.endHandler(end -> request.response().end(String.valueOf(bytes.get())));
        }
        case "/half" -> {
          request.response().putHeader("Content-Length", "1000").write("half");
          vertx.setTimer(50, fired -> request.connection().close());
        }
        case "/die" -> request.connection().close();
        case "/public" ->
            request.response().putHeader("Cache-Control", "public, max-age=86400").end(side.word());
        case "/unmodified" -> request.response().setStatusCode(304).end();
        case "/slow" -> requests.add(path);
        case "/hop" ->
            request
                .response()
                .putHeader("Connection", "X-Private")
                .putHeader("X-Private", "1")
                .putHeader("X-Public", "1")
                .end();
        case "/raw" -> request.toNetSocket().onSuccess(socket -> socket.handler(socket::write));
        default -> {
          requests.add(request.method() + " " + request.uri());
          request.response().end(side.word());
        }
      }
    }
  }

  private void bytes(HttpServerRequest request, long count) {
    var response = request.response().putHeader("Content-Length", String.valueOf(count));
    var left = new AtomicLong(count);
    Runnable more =
        () -> {
          while (left.get() > 0 && !response.writeQueueFull() && !response.closed()) {
            int size = (int) Math.min(64 * 1024, left.get());
            left.addAndGet(-size);
            bytesSent.addAndGet(size);
            response.write(io.vertx.core.buffer.Buffer.buffer(new byte[size]));
          }
          if (left.get() == 0 && !response.ended()) {
            response.end();
          }
        };
    response.drainHandler(drained -> more.run());
    more.run();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
