package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The router's page, pasted letter by letter but for addresses, ports and folders. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RouterGuideIT {
  private static final Path GUIDE = Path.of("docs/guide/plane-router.md");
  private static final String PROGRAM = "/opt/landfall/landfall ";

  @TempDir private Path folder;

  private static String found(String regex) throws Exception {
    var matcher = Pattern.compile(regex).matcher(Files.readString(GUIDE));
    assertThat(matcher.find()).as("the guide has %s", regex).isTrue();
    return matcher.group(1);
  }

  @Test
  void whatIsPastedMovesUsersThereAndBackAndFailsNoRequest() throws Exception {
    int port = Ports.free();
    int control = Ports.free();
    String exec =
        found("(?m)^ExecStart=" + PROGRAM + "(.*)$")
            .replace("0.0.0.0:8080", "127.0.0.1:" + port)
            .replace("127.0.0.1:8401", "127.0.0.1:" + control)
            .replace("/var/lib/landfall-router", folder.toString());
    String yaml = found("(?s)```yaml\nassets:\n(.*?)```");
    String[] parts = yaml.split("routes:\n");
    String route = parts[1].strip().replace("127.0.0.1:8401", "127.0.0.1:" + control);
    Landfall landfall = FrontedWorld.landfall(folder);
    URI users = URI.create("http://127.0.0.1:" + port);
    try (var router = landfall.service(List.of(exec.split(" ")));
        var world =
            new FrontedWorld(
                folder,
                landfall,
                users,
                route,
                (source, target) ->
                    parts[0]
                        .replace("http://10.1.0.5:8080", source.url())
                        .replace("http://20.0.0.5:8080", target.url()))) {
      World.done(landfall.run(world.promote()), "promoted");
      world.isOwnedBy("target");
      World.done(landfall.run(world.rollback()), "rolled back");
      world.isOwnedBy("source");
      assertThat(router.running()).isTrue();
    }
  }
}
