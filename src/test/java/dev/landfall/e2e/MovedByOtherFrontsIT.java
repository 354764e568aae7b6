package dev.landfall.e2e;

import dev.landfall.Ports;
import dev.landfall.adapter.haproxy.HaproxyFront;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users are moved and brought back, with the packaged program, by planes that are not its own. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
class MovedByOtherFrontsIT {
  private static final Path THROUGH_ROUTER = Path.of("src/test/resources/command/through-router");

  @TempDir private Path folder;

  @Test
  void haproxyMovesThemAndIsReloadedOnTheWay() throws Exception {
    Landfall landfall = FrontedWorld.landfall(folder);
    try (var haproxy = HaproxyFront.start(Files.createDirectories(folder.resolve("haproxy")))) {
      String route =
          "%s: { kind: haproxy, for: web, control: \"%s\" }"
              .formatted(haproxy.route(), haproxy.control());
      try (var world = new FrontedWorld(folder, landfall, haproxy.users(), route)) {
        try (var promoting = landfall.start(world.promote())) {
          haproxy.reload();
          World.done(promoting.ended(), "promoted");
        }
        world.isOwnedBy("target");
        haproxy.reload();
        World.done(landfall.run(world.rollback()), "rolled back");
        world.isOwnedBy("source");
      }
    }
  }

  @Test
  void aProgramOfTheUsersOwnMovesThem() throws Exception {
    Landfall landfall = FrontedWorld.landfall(folder);
    int port = Ports.free();
    int control = Ports.free();
    Landfall.Verb router = landfall.router(port, control);
    try {
      String route =
          """
          front: { kind: command, for: web, program: ["%s", "http://127.0.0.1:%d"], \
          holds: true, users: true, timeout: 10s, token: "env:PLANE_TOKEN" }\
          """
              .formatted(THROUGH_ROUTER.toAbsolutePath(), control);
      URI users = URI.create("http://127.0.0.1:" + port);
      try (var world = new FrontedWorld(folder, landfall, users, route)) {
        World.done(landfall.run(world.promote()), "promoted");
        world.isOwnedBy("target");
        World.done(landfall.run(world.rollback()), "rolled back");
        world.isOwnedBy("source");
      }
    } finally {
      router.kill();
    }
  }
}
