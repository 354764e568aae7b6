package dev.landfall.adapter.router;

import dev.landfall.control.ControlDoor;
import dev.landfall.control.RouteJson;
import dev.landfall.control.Serving;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Standing;
import dev.landfall.workload.Side;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A running router: where users are served, and where it takes orders. */
public final class RouterServer implements AutoCloseable {
  /** Any free port, and the same one for each lane. */
  private static final int ANY_SHARED_PORT = -1;

  private static final Serving SERVING = new Serving("the router", RouterProblem.LISTEN, 20);

  private final RouterOptions options;
  private final Vertx vertx;
  private final List<RouterLane> lanes = new CopyOnWriteArrayList<>();
  private int controlPort;

  private RouterServer(RouterOptions options, Vertx vertx) {
    this.options = options;
    this.vertx = vertx;
  }

  /**
   * Starts a router with the last order that it had. When this returns it serves users and takes
   * orders.
   *
   * @throws OutsideException when the settings do not allow it, the last order cannot be read, or
   *     an address is taken
   */
  public static RouterServer start(RouterOptions options) {
    options.check();
    var file = new StateFile(options.stateFile());
    file.prepare();
    Standing saved = file.read();
    var server = new RouterServer(options, vertx(options));
    try {
      server.listen(file, saved);
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static Vertx vertx(RouterOptions options) {
    return Vertx.vertx(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(options.limits().eventLoops() + 1)
            .setWorkerPoolSize(2)
            .setInternalBlockingPoolSize(2)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  private void listen(StateFile file, Standing saved) {
    InstantSource clock = steadyClock();
    var gate = new Gate(clock, options.limits().heldMax(), notFromTheFuture(saved, clock));
    Map<Side, SideMeter> meters = SideMeter.both();
    var counts = new Counts();
    var book = new OrderBook(file, gate, options.limits().holdMax());
    var health = new HealthWatch(vertx, gate, options.limits().connect());
    var runOut = new RunOut(vertx, gate);
    var api = new ControlApi(vertx, gate, book, health, runOut, meters, counts);
    var door = new ControlDoor(options.token(), RouterProblem.TOKEN, RouterProblem.REFUSED, api);
    warmUp(gate);
    runOut.watch();
    health.start(options.limits().healthEvery());
    int port = options.port() == 0 ? ANY_SHARED_PORT : options.port();
    SERVING.listening(
        vertx.deployVerticle(
            () -> {
              var lane = new RouterLane(options, port, gate, meters, counts);
              lanes.add(lane);
              return lane;
            },
            new DeploymentOptions().setInstances(options.limits().eventLoops())),
        options.host() + ":" + options.port());
    HttpServer control =
        SERVING.listening(
            vertx
                .createHttpServer(ControlDoor.options())
                .requestHandler(door::handle)
                .listen(options.controlPort(), options.controlHost()),
            options.controlHost() + ":" + options.controlPort());
    controlPort = control.actualPort();
  }

  /** Reads and writes JSON once, so that the first order does not wait for it to be loaded. */
  private static void warmUp(Gate gate) {
    RouteJson.seen(RouteJson.ofSeen(gate.look(Optional.empty(), Optional.empty(), List.of())));
    RouteJson.order(
        RouteJson.ofOrder(
            new RouteOrder(
                0, "", "", Cohort.NOBODY, Optional.of(Duration.ofSeconds(1)), Optional.empty())));
    RouteJson.standing(RouteJson.ofStanding(gate.standing()));
  }

  /** The time of day when it is first asked, and from then on a clock that nobody sets. */
  private static InstantSource steadyClock() {
    Instant began = InstantSource.system().instant();
    long beganNanos = System.nanoTime();
    return () -> began.plusNanos(System.nanoTime() - beganNanos);
  }

  /** A hold that was begun by a clock ahead of today's must not last longer for it. */
  private static Standing notFromTheFuture(Standing saved, InstantSource clock) {
    Instant now = clock.instant();
    return new Standing(
        saved.order(), saved.fallback(), saved.heldSince().map(s -> s.isAfter(now) ? now : s));
  }

  /** The port where users are served. */
  public int port() {
    return lanes.getFirst().boundPort();
  }

  /** The port where orders are taken. */
  public int controlPort() {
    return controlPort;
  }

  /** Takes no more requests, lets those under way end within their limit, and stops. */
  @Override
  public void close() {
    SERVING.stop(vertx, options.limits().closing().toSeconds() + 5);
  }
}
