package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Identity;
import dev.landfall.workload.Side;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** The same of planes that carry HTTP, between two services that answer when they are told to. */
public abstract class HttpRouterContract extends RouterContract {
  private final HttpClient users;
  private final AtomicLong keys = new AtomicLong();

  /** Users who ask by this version of HTTP where the plane knows it. */
  protected HttpRouterContract(HttpClient.Version version) {
    users = HttpClient.newBuilder().version(version).build();
  }

  /** Where a path is asked for, through the plane. */
  protected abstract URI page(String path);

  /** Whether the request for {@code /wait/KEY} has reached a side's service. */
  protected abstract boolean has(Side side, String key);

  /** Lets a side's service answer the request for {@code /wait/KEY}, if it has it. */
  protected abstract void answer(Side side, String key);

  @AfterEach
  void sendUsersHome() {
    users.shutdownNow();
  }

  @Override
  protected Visitor visit(String method, Asker asker) {
    String key = String.valueOf(keys.incrementAndGet());
    var request =
        HttpRequest.newBuilder(page("/wait/" + key))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(20));
    asker.user().ifPresent(user -> request.header("X-User", user));
    asker.own().ifPresent(own -> request.header("Cookie", Identity.OWN_COOKIE + "=" + own));
    if (!asker.groups().isEmpty()) {
      request.header("X-Groups", String.join(", ", asker.groups()));
    }
    CompletableFuture<HttpResponse<String>> answer =
        users.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Visitor() {
      @Override
      public Optional<Side> side() {
        if (has(Side.SOURCE, key)) {
          return Optional.of(Side.SOURCE);
        }
        return has(Side.TARGET, key) ? Optional.of(Side.TARGET) : Optional.empty();
      }

      @Override
      public void end() {
        answer(Side.SOURCE, key);
        answer(Side.TARGET, key);
        try {
          HttpResponse<String> got = answer.get(5, TimeUnit.SECONDS);
          assertThat(got.statusCode()).isEqualTo(200);
          assertThat(got.body()).isEqualTo(side().map(Side::word).orElse("nowhere"));
        } catch (Exception e) {
          throw new AssertionError("a request was not answered", e);
        }
      }
    };
  }
}
