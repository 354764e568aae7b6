package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.pgbouncer.PgbouncerProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users fly by one plane, and the data is reached by another: the services of both sides know a
 * PgBouncer alone, and write where it leads them.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
class FlyingOverTwoPlanesIT {
  private static final String FLIGHTS =
      """
      flights:
        user: header:X-User
        tolerate: 50 %
        data: source-first
        steps:
          - { name: one, users: [writer-1], min: 30m, max: 1h }
          - { name: all, share: 100 %, min: 1s, max: 1h }
      """;

  private static final int KILLED = 137;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final String database = FrontedWorld.freshDatabase();

  @Test
  void whoFliesWritesOnTheSourceUntilTheDataFollowsByAPlaneOfItsOwn() throws Exception {
    Landfall landfall = FrontedWorld.landfall(folder);
    int port = Ports.free();
    int control = Ports.free();
    Landfall.Verb router = landfall.router(port, control);
    try (var pgbouncer = pgbouncer()) {
      var routes =
          List.of(
              """
              front: { kind: router, for: web, control: "http://127.0.0.1:%d", \
              token: "env:ROUTER_TOKEN" }\
              """
                  .formatted(control),
              """
              data: { kind: pgbouncer, for: db, control: "127.0.0.1:%d", user: landfall, \
              password: "env:PLANE_TOKEN", file: "%s" }\
              """
                  .formatted(pgbouncer.port(), folder.resolve("data.ini")));
      var reach =
          List.of(
              "jdbc:postgresql://127.0.0.1:%d/%s?preferQueryMode=simple"
                  .formatted(pgbouncer.port(), database));
      try (var world =
          new FrontedWorld(
              folder,
              landfall,
              URI.create("http://127.0.0.1:" + port),
              database,
              new FrontedWorld.Plan(routes, FLIGHTS),
              reach)) {
        thereAndBack(world);
      }
    } finally {
      router.kill();
    }
  }

  private static void thereAndBack(FrontedWorld world) throws Exception {
    try (var promote = world.landfall.start(world.promote())) {
      World.await("the first is there", () -> world.newApp.served().equals(Set.of(1)));
      long before = world.notes(world.source, 1);
      world.writers.awaitProgress(Duration.ofSeconds(30));
      World.await(
          "the target's service writes on the source", () -> world.notes(world.source, 1) > before);
      promote.kill();
    }
    assertThat(world.state()).isEqualTo("flight 1 of 2");
    world.goOn("one");
    killed(world, world.promote());
    World.done(world.landfall.run(world.promote()), "promoted");
    world.isOwnedBy("target");
    assertThat(world.newApp.served()).as("everybody is there").hasSize(5);
    killed(world, world.rollback());
    World.done(world.landfall.run(world.rollback()), "rolled back");
    world.isOwnedBy("source");
    assertThat(world.history().types()).doesNotContain("CutoverAbandoned");
  }

  /** Where the two planes differ most: the data has moved, and neither knows. */
  private static void killed(FrontedWorld world, String... verb) throws Exception {
    Landfall.Ended halted = world.landfall.runHalting("after:OwnerMoved", verb);
    assertThat(halted.code()).as(halted.toString()).isEqualTo(KILLED);
  }

  private PgbouncerProcess pgbouncer() throws Exception {
    PgbouncerProcess.letPass(folder);
    int port = Ports.free();
    Files.writeString(
        folder.resolve("pgbouncer.ini"),
        """
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s/users.txt
        admin_users = landfall
        pool_mode = transaction
        server_login_retry = 1
        ignore_startup_parameters = extra_float_digits
        %%include %s/data.ini
        """
            .formatted(port, folder, folder));
    Files.writeString(
        folder.resolve("users.txt"),
        "\"landfall\" \"%s\"\n\"%s\" \"%s\"\n"
            .formatted(FrontedWorld.TOKEN, Server.APP, Server.PASSWORD));
    Files.writeString(
        folder.resolve("data.ini"),
        "[databases]\n%s = host=127.0.0.1 port=%d dbname=%s\n"
            .formatted(database, Server.shared(16).port(), database));
    return new PgbouncerProcess(folder.resolve("pgbouncer.ini"), port);
  }
}
