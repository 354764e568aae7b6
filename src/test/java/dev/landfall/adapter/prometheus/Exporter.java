package dev.landfall.adapter.prometheus;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A service that tells a Prometheus what it has counted. */
final class Exporter implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Long> counters = new TreeMap<>();

  Exporter() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] text = text().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, text.length);
          exchange.getResponseBody().write(text);
          exchange.close();
        });
    server.start();
    restart();
  }

  private synchronized String text() {
    var text = new StringBuilder();
    counters.forEach((name, value) -> text.append(name + " " + value + "\n"));
    return text.toString();
  }

  /** Requests were answered with this status, within this bound in seconds. */
  synchronized void serve(int status, long count, double seconds) {
    add("http_requests_total{code=\"%d\"}".formatted(status), count);
    for (String bound : new String[] {"0.01", "0.1", "1", "+Inf"}) {
      boolean within = bound.equals("+Inf") || seconds <= Double.parseDouble(bound);
      add("took_seconds_bucket{le=\"%s\"}".formatted(bound), within ? count : 0);
    }
  }

  private void add(String name, long count) {
    counters.merge(name, count, Long::sum);
  }

  /** It is a new process, which has counted nothing. */
  synchronized void restart() {
    counters.clear();
    // As programs should, so that no failures are told from no data.
    add("http_requests_total{code=\"500\"}", 0);
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
