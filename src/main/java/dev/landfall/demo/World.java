package dev.landfall.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Everything that exists before Landfall comes: two sides, a router, and a workload file. */
final class World implements AutoCloseable {
  /** An older server on premises, a newer one in the cloud, as it is nearly always. */
  private static final int SOURCE_MAJOR = 16;

  private static final int TARGET_MAJOR = 18;
  private static final Duration START_MAX = Duration.ofSeconds(60);

  /** So many requests make a shop quick. */
  private static final int WARMING = 500;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Path folder;
  private final DemoSide source;
  private final DemoSide target;
  private final RouterWatch router;
  private final LandfallCommand landfall;
  private final URI front;
  private final String oldShop;
  private final String newShop;

  private World(DemoOptions options, Path folder)
      throws IOException, SQLException, InterruptedException {
    this.folder = folder;
    String password = secret();
    String token = secret();
    boolean whole = false;
    try {
      DemoSide[] sides = startSides(folder, password);
      this.source = sides[0];
      this.target = sides[1];
      source.seed(options.rows());
      if (options.model() == DemoOptions.Model.STAGED) {
        target.admitTeam();
      }
      boolean flying = options.model() == DemoOptions.Model.FLIGHT;
      // While users fly, both shops work on the data of whoever owns it.
      this.oldShop = source.openShop(flying ? List.of(source, target) : List.of(source));
      this.newShop = target.openShop(flying ? List.of(source, target) : List.of(target));
      Map<String, String> secrets = Map.of("DEMO_PASSWORD", password, "ROUTER_TOKEN", token);
      this.landfall = new LandfallCommand(options.landfall(), secrets, folder);
      int port = freePort();
      int control = freePort();
      this.front = URI.create("http://127.0.0.1:" + port);
      String controlUrl = "http://127.0.0.1:" + control;
      this.router = new RouterWatch(controlUrl, token);
      open.push(landfall.startRouter(port, control));
      warm(oldShop);
      if (flying) {
        warm(newShop);
      }
      beginRouting();
      Files.writeString(workloadFile(), workload(controlUrl, options).yaml());
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  /** Starts it all, in a folder that must be empty. */
  static World open(DemoOptions options, Path folder)
      throws IOException, SQLException, InterruptedException {
    return new World(options, folder);
  }

  private DemoSide[] startSides(Path folder, String password)
      throws IOException, SQLException, InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<DemoSide> first =
          threads.submit(
              () -> DemoSide.start("source", SOURCE_MAJOR, folder.resolve("source"), password));
      Future<DemoSide> second =
          threads.submit(
              () -> DemoSide.start("target", TARGET_MAJOR, folder.resolve("target"), password));
      // Both are asked for before either's failure is told, so that neither stays behind.
      threads.shutdown();
      threads.close();
      for (Future<DemoSide> each : List.of(first, second)) {
        if (each.state() == Future.State.SUCCESS) {
          open.push(each.resultNow());
        }
      }
      return new DemoSide[] {first.get(), second.get()};
    } catch (ExecutionException e) {
      throw new IOException("cannot start a database: " + e.getMessage(), e);
    }
  }

  /** A program that has just started is slow, and a version that is judged by it is not to be. */
  private static void warm(String shop) throws IOException {
    try (var client = new ShopClient(URI.create(shop), "the first one", START_MAX)) {
      for (int i = 0; i < WARMING; i++) {
        client.send("GET", "/products/page/" + i % 5, "");
      }
    }
  }

  private void beginRouting() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_MAX.toNanos();
    while (router.look().isEmpty()) {
      if (System.nanoTime() > end) {
        throw new IOException("the router did not start; it said: " + landfall.says());
      }
      Thread.sleep(50);
    }
    router.begin(oldShop, newShop);
  }

  private ShopFile workload(String control, DemoOptions options) {
    return new ShopFile(
        "retail-apps",
        new ShopFile.Place(source.url(), DemoSide.MIGRATOR, "env:DEMO_PASSWORD", oldShop),
        new ShopFile.Place(target.url(), DemoSide.MIGRATOR, "env:DEMO_PASSWORD", newShop),
        control,
        "hold: %ds, soak: 1s, retry-pause: 2s".formatted(DemoOptions.HOLD_MAX.toSeconds()),
        options.model().word(),
        switch (options.model()) {
          case SINGLE_STEP -> "";
          case STAGED -> StagedJourney.yaml();
          case FLIGHT -> ShopFlights.yaml(options.least());
        });
  }

  private static String secret() {
    byte[] bytes = new byte[16];
    new java.security.SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  DemoSide source() {
    return source;
  }

  DemoSide target() {
    return target;
  }

  RouterWatch router() {
    return router;
  }

  LandfallCommand landfall() {
    return landfall;
  }

  /** The side that takes writes now; the source while neither does. */
  DemoSide owner() throws SQLException {
    return target.takesWrites() ? target : source;
  }

  /** Where the shop of the new side listens, past the router. */
  URI newShop() {
    return URI.create(newShop);
  }

  /** Where users reach the shop. */
  URI front() {
    return front;
  }

  /** Where everything that runs keeps its files. */
  Path folder() {
    return folder;
  }

  Path workloadFile() {
    return folder.resolve("shop.yaml");
  }

  /** Stops everything, last started first. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        // The others must still be stopped, and this one ends with the demo's own process.
        System.err.println("cannot stop a part of the demo: " + e.getMessage());
      }
    }
  }
}
