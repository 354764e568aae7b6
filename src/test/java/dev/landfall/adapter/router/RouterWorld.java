package dev.landfall.adapter.router;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.Eventually;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Side;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A router between two real services, ordered over its control port, all in this process. */
final class RouterWorld implements AutoCloseable {
  static final String TOKEN = "a-token-of-the-tests";

  final TestService source = new TestService(Side.SOURCE);
  final TestService target = new TestService(Side.TARGET);
  private final RouterOptions options;
  private RouterServer server;
  private HttpRouter router;

  /** A router with the usual limits; nobody has ordered it yet. */
  RouterWorld(Path folder) throws Exception {
    this(folder, RouterOptions.Limits.DEFAULTS);
  }

  RouterWorld(Path folder, RouterOptions.Limits limits) throws Exception {
    options = RouterOptions.loopback(0, 0, TOKEN, folder.resolve("route.json")).with(limits);
    server = RouterServer.start(options);
    router = new HttpRouter(control(""), TOKEN);
  }

  /** Ends the router and starts it again on its last order; its ports are others then. */
  void restart() {
    closeRouter();
    server = RouterServer.start(options);
    router = new HttpRouter(control(""), TOKEN);
  }

  HttpRouter router() {
    return router;
  }

  RouteSeen look() {
    return router.look();
  }

  /** Gives the router the order that {@link #leading} makes. */
  void order(long epoch, int targetPercent, Optional<Duration> hold) {
    router.order(leading(epoch, targetPercent, hold));
  }

  /** An order that leads to both services, without looking at their health. */
  RouteOrder leading(long epoch, int targetPercent, Optional<Duration> hold) {
    return new RouteOrder(
        epoch,
        source.url(),
        target.url(),
        Cohort.ofShare(100 * targetPercent),
        hold,
        Optional.empty());
  }

  /** Nobody is on the target yet, and users are told apart by their names alone. */
  void shared(long epoch) {
    var identity =
        new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty()).namedAlone();
    router.order(
        new RouteOrder(
            epoch,
            source.url(),
            target.url(),
            new Cohort(0, "salt", identity, Named.NOBODY, Named.NOBODY),
            Optional.empty(),
            Optional.empty()));
  }

  /** Where users are served. */
  int port() {
    return server.port();
  }

  /** What users ask for. */
  URI page(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  int controlPort() {
    return server.controlPort();
  }

  /** What controllers ask for. */
  URI control(String path) {
    return URI.create("http://127.0.0.1:" + controlPort() + path);
  }

  /** Waits until it is so, as what users do is seen a moment later. */
  static void eventually(BooleanSupplier condition) {
    Eventually.within(Duration.ofSeconds(10), condition);
  }

  private void closeRouter() {
    router.close();
    server.close();
  }

  @Override
  public void close() {
    closeRouter();
    source.close();
    target.close();
  }
}
