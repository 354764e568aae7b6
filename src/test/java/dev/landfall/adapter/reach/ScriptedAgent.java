package dev.landfall.adapter.reach;

import com.sun.net.httpserver.HttpServer;
import dev.landfall.adapter.reach.Sight.Attempt;
import dev.landfall.adapter.reach.Sight.Outcome;
import dev.landfall.adapter.reach.Sight.Reached;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** An agent that says it has seen whatever a test wants: what no loopback can show. */
public final class ScriptedAgent implements AutoCloseable {
  private final HttpServer server;

  ScriptedAgent(Function<Errand, String> answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        ProbeAgent.PATH,
        exchange -> {
          String asked =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] said = answer.apply(ProbeJson.errand(asked)).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, said.length);
          exchange.getResponseBody().write(said);
          exchange.close();
        });
    server.start();
  }

  /** One that reaches everything, wherever it is. */
  public static ScriptedAgent reaching() throws IOException {
    return new ScriptedAgent(errand ->
        ProbeJson.ofSight(
            new Sight(
                errand.places().stream()
                    .map(each ->
                        new Reached(
                            each,
                            List.of(
                                new Attempt(
                                    each.replaceAll(":[0-9]+$", "").replaceAll("[\\[\\]]", ""),
                                    Outcome.CONNECTED,
                                    Duration.ofMillis(1),
                                    ""))))
                    .toList(),
                List.of())));
  }

  Vantage vantage() {
    return new Elsewhere(URI.create(url()), () -> "a token that is long enough");
  }

  /** Where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
