package dev.landfall.adapter.pgbouncer;

import dev.landfall.routing.HoldingPlaneContract;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The PgBouncer of Debian before two real servers. What is sent is a transaction. */
class PgbouncerRouterIT extends HoldingPlaneContract {
  @TempDir Path folder;
  private PgbouncerWorld world;
  private PgbouncerRouter router;

  @BeforeEach
  void start() throws Exception {
    world = new PgbouncerWorld(folder);
    router = world.router();
  }

  @AfterEach
  void stop() {
    router.close();
    world.close();
  }

  @Override
  protected Router router() {
    return router;
  }

  @Override
  protected String source() {
    return PgbouncerWorld.url("source");
  }

  @Override
  protected String target() {
    return PgbouncerWorld.url("target");
  }

  @Override
  protected Visitor visit(String method) {
    var side = new CompletableFuture<Side>();
    var told = new CountDownLatch(1);
    var left = new CompletableFuture<String>();
    Thread.startVirtualThread(() -> {
      try (Connection client = world.client()) {
        client.setAutoCommit(false);
        String name = PgbouncerWorld.sideOf(client);
        side.complete(name.equals("source") ? Side.SOURCE : Side.TARGET);
        told.await();
        client.commit();
        left.complete(name);
      } catch (SQLException | InterruptedException e) {
        left.completeExceptionally(e);
      }
    });
    return new Visitor() {
      @Override
      public Optional<Side> side() {
        return Optional.ofNullable(side.getNow(null));
      }

      @Override
      public void end() {
        told.countDown();
        try {
          left.get(5, TimeUnit.SECONDS);
        } catch (Exception e) {
          throw new AssertionError("a transaction has failed", e);
        }
      }
    };
  }

  @Override
  protected void restart() {
    try {
      world.pgbouncer.restart();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
