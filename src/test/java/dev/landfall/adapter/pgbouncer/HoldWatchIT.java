package dev.landfall.adapter.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Cohort;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I8: a hold ends when it runs out, though whoever began it is dead by then. */
class HoldWatchIT {
  @TempDir Path folder;

  @Test
  void aHoldOfAControllerThatDiesEndsByItself() throws Exception {
    Duration hold = Duration.ofSeconds(3);
    try (var world = new PgbouncerWorld(folder);
        Connection client = world.client()) {
      try (var router = world.router()) {
        router.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      }
      assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("source");
      Process controller =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  DyingController.class.getName(),
                  "127.0.0.1:" + world.port,
                  PgbouncerWorld.ADMIN,
                  PgbouncerWorld.PASSWORD,
                  world.file().toString(),
                  PgbouncerWorld.url("source"),
                  PgbouncerWorld.url("target"),
                  String.valueOf(hold.toMillis()))
              .inheritIO()
              .start();
      assertThat(controller.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(controller.exitValue()).isEqualTo(9);
      Kept kept = new OrderFile(world.file()).read();
      assertThat(kept.paused()).as("it died in the hold").isTrue();
      long died = System.nanoTime();
      assertThat(PgbouncerWorld.sideOf(client)).as("after waiting").isEqualTo("source");
      assertThat(Duration.ofNanos(System.nanoTime() - died))
          .isBetween(Duration.ofMillis(500), hold.plusSeconds(15));
      PgbouncerWorld.eventually(() -> !new OrderFile(world.file()).read().paused());
    }
  }
}
