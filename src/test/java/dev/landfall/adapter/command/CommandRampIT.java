package dev.landfall.adapter.command;

import dev.landfall.adapter.router.RouterOptions;
import dev.landfall.adapter.router.RouterServer;
import dev.landfall.routing.RampContract;
import dev.landfall.routing.Router;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Side;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A whole ramp by a program that hands orders on, and dies with the controller that started it. */
class CommandRampIT extends RampContract {
  private static final String TOKEN = "a-token-of-the-tests";
  private static final Path SCRIPT =
      Path.of("src/test/resources/command/through-router").toAbsolutePath();

  @TempDir Path folder;
  private SideService source;
  private SideService target;
  private RouterServer server;

  @BeforeEach
  void start() throws Exception {
    source = new SideService(Side.SOURCE, 0);
    target = new SideService(Side.TARGET, 0);
    server = RouterServer.start(RouterOptions.loopback(0, 0, TOKEN, folder.resolve("route.json")));
  }

  @AfterEach
  void stop() {
    server.close();
    source.close();
    target.close();
  }

  private String control() {
    return "http://127.0.0.1:" + server.controlPort();
  }

  @Override
  protected Router controller() {
    return new CommandRouter(
        new CommandRouter.Program(
            "shop",
            List.of(SCRIPT.toString(), control()),
            true,
            true,
            Duration.ofSeconds(10),
            Optional.of(TOKEN)),
        (_, _) -> true);
  }

  @Override
  protected List<String> controllerWords() {
    return List.of("command", "shop", SCRIPT.toString(), control(), TOKEN);
  }

  @Override
  protected URI page() {
    return URI.create("http://127.0.0.1:" + server.port() + "/");
  }

  @Override
  protected String source() {
    return source.url();
  }

  @Override
  protected String target() {
    return target.url();
  }

  /** The program is another process each time; what it orders goes on. */
  @Override
  protected void renew() {}
}
