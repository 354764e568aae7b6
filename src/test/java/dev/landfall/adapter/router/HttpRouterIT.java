package dev.landfall.adapter.router;

import dev.landfall.routing.HttpRouterContract;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real router, ordered over its control port, between two real services. */
class HttpRouterIT extends HttpRouterContract {
  @TempDir Path folder;
  private RouterWorld world;

  HttpRouterIT() {
    super(HttpClient.Version.HTTP_2);
  }

  @BeforeEach
  void start() throws Exception {
    world = new RouterWorld(folder);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Override
  protected Router router() {
    return world.router();
  }

  @Override
  protected String source() {
    return world.source.url();
  }

  @Override
  protected String target() {
    return world.target.url();
  }

  @Override
  protected URI page(String path) {
    return world.page(path);
  }

  @Override
  protected boolean has(Side side, String key) {
    return service(side).has(key);
  }

  @Override
  protected void answer(Side side, String key) {
    service(side).answer(key);
  }

  private TestService service(Side side) {
    return side == Side.SOURCE ? world.source : world.target;
  }

  @Override
  protected void restart() {
    world.restart();
  }
}
