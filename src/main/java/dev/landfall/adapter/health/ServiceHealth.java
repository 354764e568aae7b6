package dev.landfall.adapter.health;

import dev.landfall.routing.Health;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Looks from the controller: by a request for the health path, or by a connection when there is
 * none. A redirect is no answer of a service that can serve, as it is none for the router.
 */
public final class ServiceHealth implements Health, AutoCloseable {
  private static final Map<String, Integer> PORTS =
      Map.of("http", 80, "https", 443, "postgresql", 5432);

  private final Duration patience;
  private final HttpClient client;

  /**
   * Looks for this long at most.
   *
   * @param patience for a connection, and again for the answer
   */
  public ServiceHealth(Duration patience) {
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public boolean canServe(String service, Optional<String> path) {
    try {
      var at = new URI(service.contains("://") ? service : "http://" + service);
      return path.isPresent() ? answers(at.resolve(path.get())) : listens(at);
    } catch (URISyntaxException | IOException | IllegalArgumentException e) {
      // Whatever is wrong with it: who asked has to know only that it cannot serve.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean answers(URI page) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(page).timeout(patience).GET().build();
    int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    return status >= 200 && status < 300;
  }

  private boolean listens(URI at) throws IOException {
    int port = at.getPort() < 0 ? PORTS.getOrDefault(at.getScheme(), -1) : at.getPort();
    if (at.getHost() == null || port < 0) {
      return false;
    }
    String host = at.getHost().replaceAll("^\\[|\\]$", "");
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(patience.toMillis()));
      return true;
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
