package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Asker;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Sorter;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole ramp under users who never pause, while HAProxy is reloaded at each step. */
class HaproxyRampIT {
  private static final Identity IDENTITY =
      new Identity(Optional.of("X-User"), Optional.empty(), Optional.of("X-Groups"));
  private static final List<Integer> RAMP = List.of(0, 1, 5, 25, 50, 100, 0);
  private static final int USERS = 6;

  @TempDir Path folder;
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicLong served = new AtomicLong();
  private HaproxyWorld world;
  private HaproxyRouter router;

  /** The order that was acknowledged last; absent while one is being given. */
  private volatile Optional<RouteOrder> acknowledged = Optional.empty();

  private volatile boolean over;

  @BeforeEach
  void start() throws Exception {
    world = new HaproxyWorld(folder, IDENTITY, 1000);
    router = world.router();
  }

  @AfterEach
  void stop() {
    over = true;
    world.close();
  }

  private static Cohort cohort(int percent) {
    return new Cohort(
        100 * percent,
        "ramp",
        IDENTITY,
        new Named(percent == 0 ? List.of() : List.of("ann"), List.of(), List.of()),
        Named.NOBODY);
  }

  private void give(RouteOrder order) {
    acknowledged = Optional.empty();
    router.order(order);
    acknowledged = Optional.of(order);
  }

  /** Asks again and again on one connection, as a different user each time. */
  private void use(int number) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; !over; i++) {
        String name = i % 50 == 0 ? "ann" : "user-" + number + "-" + i;
        HttpRequest request =
            HttpRequest.newBuilder(world.page("/"))
                .header("X-User", name)
                .timeout(Duration.ofSeconds(20))
                .method(i % 3 == 0 ? "POST" : "GET", HttpRequest.BodyPublishers.noBody())
                .build();
        Optional<RouteOrder> before = acknowledged;
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        boolean exact = before.isPresent() && before.get().hold().isEmpty();
        if (answer.statusCode() != 200) {
          wrong.add(name + " was answered " + answer.statusCode());
        } else if (exact && before.equals(acknowledged)) {
          String due = side(before.get().cohort(), name);
          if (!answer.body().equals(due)) {
            wrong.add(name + " was led to the " + answer.body() + " under " + before.get());
          }
        }
        served.incrementAndGet();
        Thread.sleep(1);
      }
    } catch (Exception e) {
      wrong.add("user " + number + ": " + e);
    }
  }

  private static String side(Cohort cohort, String name) {
    return new Sorter(cohort)
        .side(new Asker(Optional.of(name), List.of(), Optional.empty()))
        .word();
  }

  @Test
  void noRequestFailsOrGoesAstrayWhileHaproxyIsReloadedAtEachStep() throws Exception {
    long epoch = 1;
    give(world.leading(epoch, cohort(0)));
    var users = new ArrayList<Thread>();
    for (int i = 0; i < USERS; i++) {
      int number = i;
      users.add(Thread.startVirtualThread(() -> use(number)));
    }
    for (int percent : RAMP) {
      Thread reload = Thread.startVirtualThread(this::reload);
      epoch++;
      give(world.held(epoch, cohort(percent), Duration.ofSeconds(20)));
      HaproxyWorld.eventually(() -> {
        RouteSeen seen = router.look();
        return seen.fault().isEmpty() && seen.inFlight() == 0 && seen.held() == USERS;
      });
      long atRest = served.get();
      Thread.sleep(100);
      assertThat(served.get()).as("nobody is served in a hold").isEqualTo(atRest);
      epoch++;
      give(world.leading(epoch, cohort(percent)));
      reload.join();
      assertThat(router.look().order()).contains(world.leading(epoch, cohort(percent)));
      long now = served.get();
      HaproxyWorld.eventually(() -> served.get() > now + 100 || !wrong.isEmpty());
    }
    over = true;
    for (Thread user : users) {
      user.join();
    }
    assertThat(wrong).isEmpty();
  }

  private void reload() {
    try {
      world.haproxy.reload();
    } catch (Exception e) {
      wrong.add("reload: " + e);
    }
  }
}
