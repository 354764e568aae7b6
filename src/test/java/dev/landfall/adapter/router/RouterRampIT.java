package dev.landfall.adapter.router;

import dev.landfall.routing.RampContract;
import dev.landfall.routing.Router;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Side;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A whole ramp by Landfall's own router, which goes on while controllers come and go. */
class RouterRampIT extends RampContract {
  private static final String TOKEN = "a-token-of-the-tests";

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

  @Override
  protected Router controller() {
    return new HttpRouter(URI.create("http://127.0.0.1:" + server.controlPort()), TOKEN);
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

  @Override
  protected List<String> controllerWords() {
    return List.of("router", "http://127.0.0.1:" + server.controlPort(), TOKEN);
  }

  /** Its process has all connections: whoever ends it ends them. */
  @Override
  protected void renew() {}
}
