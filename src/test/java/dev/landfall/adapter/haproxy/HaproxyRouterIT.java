package dev.landfall.adapter.haproxy;

import dev.landfall.routing.HttpRouterContract;
import dev.landfall.routing.Router;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Side;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The HAProxy of Debian, ordered over the socket of its master, between two real services. */
class HaproxyRouterIT extends HttpRouterContract {
  @TempDir Path folder;
  private HaproxyWorld world;

  HaproxyRouterIT() {
    super(HttpClient.Version.HTTP_1_1);
  }

  @BeforeEach
  void start() throws Exception {
    world = new HaproxyWorld(folder, IDENTITY, 1000);
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

  private SideService service(Side side) {
    return side == Side.SOURCE ? world.source : world.target;
  }

  @Override
  protected void restart() {
    try {
      world.haproxy.restart();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
