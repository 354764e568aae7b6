package dev.landfall.routing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A service of one side: {@code /wait/KEY} is answered when told to, all else at once. */
public final class SideService implements AutoCloseable {
  private final Side side;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();
  private final Set<String> arrived = ConcurrentHashMap.newKeySet();

  public SideService(Side side, int port) throws IOException {
    this.side = side;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/wait/")) {
        String key = path.substring("/wait/".length());
        CountDownLatch told = waiting.computeIfAbsent(key, each -> new CountDownLatch(1));
        arrived.add(key);
        told.await();
      }
      byte[] body = side.word().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(path.equals("/sick") ? 500 : 200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public boolean has(String key) {
    return arrived.contains(key);
  }

  /** Answers a request that waits here. */
  public void answer(String key) {
    CountDownLatch told = waiting.get(key);
    if (told != null) {
      told.countDown();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
