package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Cohort;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process that leaves after a reload still does, and what is known of it. */
class HaproxyReloadIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Identity IDENTITY =
      new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty());

  @TempDir Path folder;
  private HaproxyWorld world;
  private HaproxyRouter router;

  @BeforeEach
  void start() throws Exception {
    world = new HaproxyWorld(folder, IDENTITY, 1000);
    router = world.router();
    router.order(world.leading(1, Cohort.NOBODY));
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aUserWhoStaysWithTheLeavingProcessGoesByAnOrderAtOnce() throws Exception {
    try (var user = new RawUser(world.page("/"))) {
      assertThat(user.ask("GET", "/")).endsWith("source");
      world.haproxy.reload();
      router.order(world.leading(2, Cohort.EVERYBODY));
      assertThat(user.ask("GET", "/")).endsWith("target");
    }
  }

  @Test
  void aListThatCameAfterTheReloadIsKnownToTheLeavingProcess() throws Exception {
    var ann = new Named(List.of("ann"), List.of(), List.of());
    try (var user = new RawUser(world.page("/"))) {
      user.ask("GET", "/");
      world.haproxy.reload();
      router.order(world.leading(2, new Cohort(0, "salt", IDENTITY, ann, Named.NOBODY)));
      assertThat(user.ask("GET", "/", "X-User: ann")).endsWith("target");
    }
  }

  @Test
  void whatTheLeavingProcessHasUnderWayIsInFlight() throws Exception {
    try (var user = new RawUser(world.page("/"))) {
      user.send("POST", "/wait/one");
      HaproxyWorld.eventually(() -> world.source.has("one"));
      world.haproxy.reload();
      assertThat(router.look().inFlightUnsafe()).isEqualTo(1);
      router.order(world.held(2, Cohort.NOBODY, LONG));
      assertThat(router.look().inFlight()).isEqualTo(1);
      world.source.answer("one");
      assertThat(user.answer()).endsWith("source");
      HaproxyWorld.eventually(() -> router.look().inFlight() == 0);
    }
  }

  @Test
  void whoWaitsInTheLeavingProcessGoesOnByTheNewOrder() throws Exception {
    router.order(world.held(2, Cohort.NOBODY, LONG));
    try (var user = new RawUser(world.page("/"))) {
      user.send("POST", "/");
      HaproxyWorld.eventually(() -> router.look().held() == 1);
      world.haproxy.reload();
      assertThat(router.look().held()).isEqualTo(1);
      assertThat(router.look().inFlight()).isZero();
      router.order(world.leading(3, Cohort.EVERYBODY));
      assertThat(user.answer()).endsWith("target");
    }
  }

  @Test
  void overASocketOfAWorkerTheLeavingProcessFollowsByItself() throws Exception {
    try (var user = new RawUser(world.page("/"))) {
      user.ask("GET", "/");
      world.haproxy.reload();
      var alone = new HaproxyRouter(world.socket("admin").toString(), HaproxyWorld.ROUTE);
      alone.order(world.leading(2, Cohort.EVERYBODY));
      assertThat(alone.look().order()).contains(world.leading(2, Cohort.EVERYBODY));
      Thread.sleep(300);
      assertThat(user.ask("GET", "/")).endsWith("target");
    }
  }

  @Test
  void listsSurviveARestart() throws Exception {
    var named = new Named(List.of("ann"), List.of(), List.of());
    var order = world.leading(2, new Cohort(0, "salt", IDENTITY, named, Named.NOBODY));
    router.order(order);
    world.haproxy.restart();
    assertThat(world.router().look().order()).contains(order);
    try (var user = new RawUser(world.page("/"))) {
      assertThat(user.ask("GET", "/", "X-User: ann")).endsWith("target");
      assertThat(user.ask("GET", "/", "X-User: bob")).endsWith("source");
    }
  }
}
