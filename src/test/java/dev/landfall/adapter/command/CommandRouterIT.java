package dev.landfall.adapter.command;

import dev.landfall.adapter.router.RouterOptions;
import dev.landfall.adapter.router.RouterServer;
import dev.landfall.routing.HttpRouterContract;
import dev.landfall.routing.Router;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Side;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A program that can do everything: a script that hands orders on to a real router. */
class CommandRouterIT extends HttpRouterContract {
  private static final String TOKEN = "a-token-of-the-tests";

  @TempDir Path folder;
  private SideService source;
  private SideService target;
  private RouterServer server;

  CommandRouterIT() {
    super(HttpClient.Version.HTTP_1_1);
  }

  @BeforeEach
  void start() throws Exception {
    source = new SideService(Side.SOURCE, 0);
    target = new SideService(Side.TARGET, 0);
    server = server();
  }

  private RouterServer server() {
    return RouterServer.start(
        RouterOptions.loopback(0, 0, TOKEN, folder.resolve("route.json").toAbsolutePath()));
  }

  @AfterEach
  void stop() {
    server.close();
    source.close();
    target.close();
  }

  @Override
  protected Router router() {
    return new CommandRouter(
        new CommandRouter.Program(
            "shop",
            List.of(
                Path.of("src/test/resources/command/through-router").toAbsolutePath().toString(),
                "http://127.0.0.1:" + server.controlPort()),
            true,
            true,
            Duration.ofSeconds(10),
            Optional.of(TOKEN)),
        (_, _) -> true);
  }

  @Override
  protected String source() {
    return source.url();
  }

  @Override
  protected String target() {
    return target.url();
  }

  @Override
  protected URI page(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  @Override
  protected boolean has(Side side, String key) {
    return service(side).has(key);
  }

  @Override
  protected void answer(Side side, String key) {
    service(side).answer(key);
  }

  private SideService service(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  @Override
  protected void restart() {
    server.close();
    server = server();
  }
}
