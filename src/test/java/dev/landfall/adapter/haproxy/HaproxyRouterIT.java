package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Asker;
import dev.landfall.routing.Router;
import dev.landfall.routing.RouterContract;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Side;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The HAProxy of Debian, ordered over the socket of its master, between two real services. */
class HaproxyRouterIT extends RouterContract {
  @TempDir Path folder;
  private final HttpClient users =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicLong keys = new AtomicLong();
  private HaproxyWorld world;

  @BeforeEach
  void start() throws Exception {
    world = new HaproxyWorld(folder, IDENTITY, 1000);
  }

  @AfterEach
  void stop() {
    world.close();
    users.shutdownNow();
  }

  @Override
  protected Router router() {
    return world.router();
  }

  @Override
  protected String source() {
    return world.source.url();
  }

  @Override
  protected String target() {
    return world.target.url();
  }

  @Override
  protected Visitor visit(String method, Asker asker) {
    String key = String.valueOf(keys.incrementAndGet());
    var request =
        HttpRequest.newBuilder(world.page("/wait/" + key))
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
        if (world.source.has(key)) {
          return Optional.of(Side.SOURCE);
        }
        return world.target.has(key) ? Optional.of(Side.TARGET) : Optional.empty();
      }

      @Override
      public void end() {
        world.source.answer(key);
        world.target.answer(key);
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

  @Override
  protected void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected void restart() {
    try {
      world.haproxy.restart();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
