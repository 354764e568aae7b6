package dev.landfall.adapter.haproxy;

import dev.landfall.routing.RampContract;
import dev.landfall.routing.Router;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A whole ramp by an HAProxy that is reloaded at each step. */
class HaproxyRampIT extends RampContract {
  @TempDir Path folder;
  HaproxyWorld world;

  @BeforeEach
  void start() throws Exception {
    world = new HaproxyWorld(folder, IDENTITY, 1000);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Override
  protected Router controller() {
    return world.router();
  }

  @Override
  protected URI page() {
    return world.page("/");
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
  protected List<String> controllerWords() {
    return List.of("haproxy", "unix:" + world.haproxy.master(), HaproxyWorld.ROUTE);
  }

  @Override
  protected void renew() throws Exception {
    world.haproxy.reload();
  }
}
