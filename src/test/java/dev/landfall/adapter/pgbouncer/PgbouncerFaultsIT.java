package dev.landfall.adapter.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.problem.ProblemCode;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong around a real PgBouncer, and what an operator is told of it. */
class PgbouncerFaultsIT {
  private static final Duration HOLD = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void anOpenTransactionKeepsNobodyFromLooking() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var router = world.router();
        Connection client = world.client()) {
      router.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      client.setAutoCommit(false);
      assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("source");
      long before = System.nanoTime();
      router.order(PgbouncerWorld.held(2, Cohort.NOBODY, HOLD));
      RouteSeen seen = router.look();
      // Who stands behind the pause on its console waits three seconds.
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(2900));
      assertThat(seen.fault()).isEmpty();
      assertThat(seen.holding()).isTrue();
      assertThat(seen.inFlightUnsafe()).isEqualTo(1);
      assertThat(PgbouncerWorld.sideOf(client)).as("it goes on").isEqualTo("source");
      client.commit();
      PgbouncerWorld.eventually(() -> router.look().inFlight() == 0);
      router.order(PgbouncerWorld.leading(3, Cohort.EVERYBODY));
      assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("target");
    }
  }

  /** The file is the truth; whoever looks makes PgBouncer follow it. */
  @Test
  void anOrderThatWasCutShortIsPutInForceByTheNextLook() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var dead = world.router();
        var router = world.router();
        Connection client = world.client()) {
      dead.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      var file = new OrderFile(world.file());
      RouteOrder hold = PgbouncerWorld.held(2, Cohort.NOBODY, HOLD);
      Kept kept = file.read();
      Kept held = kept.with(kept.standing().take(hold, Instant.now())).paused(true);
      file.write(held.to(held.wanted(Instant.now())));
      RouteSeen seen = router.look();
      assertThat(seen.order()).contains(hold);
      assertThat(seen.holding()).isTrue();

      RouteOrder lead = PgbouncerWorld.leading(3, Cohort.EVERYBODY);
      kept = file.read();
      Kept led = kept.with(kept.standing().take(lead, Instant.now()));
      file.write(led.to(led.wanted(Instant.now())));
      assertThat(router.look().order()).contains(lead);
      assertThat(router.look().holding()).isFalse();
      assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("target");
    }
  }

  @Test
  void whoLooksWhileThePlaneIsJustBeingChangedWaitsForThat() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var dead = world.router();
        var router = world.router();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      dead.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      var file = new OrderFile(world.file());
      Kept kept = file.read();
      RouteOrder lead = PgbouncerWorld.leading(2, Cohort.EVERYBODY);
      var changing = new CountDownLatch(1);
      var changed =
          threads.submit(() ->
              file.alone(
                  HOLD,
                  () -> {
                    file.write(kept.with(kept.standing().take(lead, Instant.now())));
                    changing.countDown();
                    pause(Duration.ofMillis(200));
                    return true;
                  }));
      changing.await();
      RouteSeen seen = router.look();
      assertThat(seen.fault()).isEmpty();
      assertThat(seen.order()).contains(lead);
      assertThat(changed.get()).contains(true);
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void ofManyControllersTheOneWithTheNewestEpochHasTheLastWord() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var routers = new ArrayList<PgbouncerRouter>();
      var orders = new ArrayList<Callable<String>>();
      for (int i = 1; i <= 8; i++) {
        var router = world.router();
        routers.add(router);
        int epoch = i;
        orders.add(() -> {
          try {
            router.order(
                PgbouncerWorld.leading(epoch, epoch == 8 ? Cohort.EVERYBODY : Cohort.NOBODY));
            return "taken";
          } catch (OutsideException e) {
            return e.code().id();
          }
        });
      }
      for (var answer : threads.invokeAll(orders)) {
        assertThat(answer.get()).isIn("taken", PgbouncerProblem.STALE_ORDER.id());
      }
      assertThat(routers.getFirst().look().epoch()).isEqualTo(8);
      try (Connection client = world.client()) {
        assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("target");
      }
      routers.forEach(PgbouncerRouter::close);
    }
  }

  @Test
  void whatSomebodyElsePausedIsToldAndNotResumed() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var console = world.console();
        var router = world.router()) {
      router.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      console.pause(PgbouncerWorld.DATABASE);
      assertThat(router.look().fault())
          .hasValueSatisfying(why -> assertThat(why).contains("paused, and not by Landfall"));
      console.tell("RESUME shop");
      assertThat(router.look().fault()).isEmpty();
    }
  }

  @Test
  void aPoolOfSessionsIsRefusedWhenLookedAt() throws Exception {
    try (var world = new PgbouncerWorld(folder, "pool_mode = session");
        var router = world.router()) {
      assertThat(router.look().fault())
          .hasValueSatisfying(why -> assertThat(why).contains("pool_mode session"));
    }
  }

  @Test
  void aPortThatSeveralProcessesMayHaveIsRefusedWhenLookedAt() throws Exception {
    try (var world = new PgbouncerWorld(folder, "so_reuseport = 1");
        var router = world.router()) {
      assertThat(router.look().fault())
          .hasValueSatisfying(why -> assertThat(why).contains("so_reuseport"));
    }
  }

  @Test
  void aHoldLongerThanClientsMayWaitIsRefused() throws Exception {
    try (var world = new PgbouncerWorld(folder, "query_wait_timeout = 3");
        var router = world.router()) {
      var hold = PgbouncerWorld.held(1, Cohort.NOBODY, Duration.ofSeconds(3));
      refused(PgbouncerProblem.CONFIGURATION, router, hold, "query_wait_timeout");
      router.order(PgbouncerWorld.held(1, Cohort.NOBODY, Duration.ofMillis(2900)));
    }
  }

  @Test
  void aDatabaseThatIsNotIncludedIsRefusedWhenLookedAt() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var router = world.router()) {
      String text = Files.readString(world.file());
      Files.writeString(world.file(), text.replace("shop =", "other ="));
      assertThat(router.look().fault())
          .hasValueSatisfying(why -> assertThat(why).contains("it has no database \"other\""));
    }
  }

  @Test
  void aUserWhoIsNoAdminAndAWrongPasswordAreRefused() throws Exception {
    try (var world = new PgbouncerWorld(folder)) {
      for (List<String> who :
          List.of(
              List.of("postgres", PgbouncerWorld.PASSWORD),
              List.of(PgbouncerWorld.ADMIN, "a wrong one"))) {
        try (var router =
            new PgbouncerRouter(
                "127.0.0.1:" + world.port,
                who.getFirst(),
                Optional.of(who.getLast()),
                world.file())) {
          refused(
              PgbouncerProblem.REFUSED,
              router,
              PgbouncerWorld.leading(1, Cohort.NOBODY),
              "admin_users");
        }
      }
    }
  }

  @Test
  void whatCannotBeLedToIsRefusedAndChangesNothing() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var router = world.router()) {
      String before = Files.readString(world.file());
      refused(
          PgbouncerProblem.ORDER,
          router,
          PgbouncerWorld.leading(1, Cohort.ofShare(2_500)),
          "it leads all or nobody");
      var none = Optional.<Duration>empty();
      refused(
          PgbouncerProblem.ORDER,
          router,
          new RouteOrder(
              1, "http://127.0.0.1", "http://127.0.0.1", Cohort.NOBODY, none, Optional.empty()),
          "is no database");
      assertThat(Files.readString(world.file())).isEqualTo(before);
    }
  }

  @Test
  void anUnreadableFileIsToldAndLeftAsItIs() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var router = world.router()) {
      Files.writeString(world.file(), "[databases]\na = host=x\nb = host=y\n");
      assertThat(router.look().fault())
          .hasValueSatisfying(why -> assertThat(why).contains("one database below it"));
      refused(
          PgbouncerProblem.STATE,
          router,
          PgbouncerWorld.leading(1, Cohort.NOBODY),
          "cannot read the last order");
    }
  }

  @Test
  void aPgbouncerThatIsAwayIsToldAndTakesTheOrderWhenItIsBack() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var router = world.router()) {
      router.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      world.pgbouncer.kill();
      assertThat(router.look().fault())
          .hasValueSatisfying(why -> assertThat(why).contains("cannot reach the console"));
      var order = PgbouncerWorld.leading(2, Cohort.EVERYBODY);
      refused(PgbouncerProblem.UNREACHABLE, router, order, "is it running");
      world.pgbouncer.restart();
      assertThat(router.look().order()).contains(order);
      try (Connection client = world.client()) {
        assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("target");
      }
    }
  }

  @Test
  void settingsOfTheDatabaseAndRightsOfTheFileAreKept() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var console = world.console();
        var router = world.router()) {
      var rights = Files.getPosixFilePermissions(world.file());
      router.order(PgbouncerWorld.held(1, Cohort.NOBODY, HOLD));
      router.order(PgbouncerWorld.leading(2, Cohort.EVERYBODY));
      assertThat(console.database("shop").orElseThrow()).containsEntry("pool_size", "30");
      assertThat(Files.getPosixFilePermissions(world.file())).isEqualTo(rights);
    }
  }

  private static void refused(
      ProblemCode code, PgbouncerRouter router, RouteOrder order, String words) {
    assertThatThrownBy(() -> router.order(order))
        .isInstanceOfSatisfying(OutsideException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
