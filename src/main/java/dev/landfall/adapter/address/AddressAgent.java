package dev.landfall.adapter.address;

import dev.landfall.control.ControlDoor;
import dev.landfall.control.KeptFile;
import dev.landfall.control.Serving;
import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** A running agent: on each of two hosts one, of which one has the service address. */
public final class AddressAgent implements AutoCloseable {
  static final String PATH = "/v1/address";
  static final String PATH_UNSURE = PATH + "/unsure";

  private static final int SECONDS_MAX = 20;
  private static final Serving SERVING =
      new Serving("the agent", AddressProblem.LISTEN, SECONDS_MAX);
  private static final long TEND_MILLIS = 1_000;

  private final Vertx vertx;
  private final Keeper keeper;
  private int port;

  private AddressAgent(Vertx vertx, Keeper keeper) {
    this.vertx = vertx;
    this.keeper = keeper;
  }

  /**
   * Starts an agent with the last order that it had. When this returns it takes orders.
   *
   * @throws OutsideException when the settings do not allow it, the last order cannot be read, or
   *     the control address is taken
   */
  public static AddressAgent start(AgentOptions options) {
    ServiceAddress address = options.check();
    Means means =
        options
            .trackFile()
            .<Means>map(file -> new KeepalivedMeans(address, options.device(), file))
            .orElseGet(() -> new KernelMeans(address, options.device()));
    var keeper = new Keeper(address, means, new KeptFile(options.stateFile()));
    keeper.prepare();
    // A host whose kernel cannot be asked, or has no such interface, would only fail later.
    new IpCommand(options.device(), address).requireDevice();
    keeper.look();
    var agent =
        new AddressAgent(
            Vertx.vertx(
                new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(4)
                    .setInternalBlockingPoolSize(1)),
            keeper);
    try {
      agent.listen(options);
      return agent;
    } catch (RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  private void listen(AgentOptions options) {
    var door =
        new ControlDoor(options.token(), AddressProblem.TOKEN, AddressProblem.REFUSED, this::serve);
    port =
        SERVING
            .listening(
                vertx
                    .createHttpServer(ControlDoor.options())
                    .requestHandler(door::handle)
                    .listen(options.controlPort(), options.controlHost()),
                options.controlHost() + ":" + options.controlPort())
            .actualPort();
    tendLater();
  }

  /** The first time at once: what a crash left undone is done before anybody asks for it. */
  private void tendLater() {
    vertx
        .executeBlocking(() -> {
          keeper.tend();
          return keeper;
        })
        .onComplete(done -> vertx.setTimer(TEND_MILLIS, fired -> tendLater()));
  }

  private void serve(ControlDoor.Call call) {
    switch (call.what()) {
      case "GET /v1/address" -> answer(call, vertx.executeBlocking(keeper::look, false));
      case "GET /v1/address/unsure" ->
          answer(call, vertx.executeBlocking(keeper::lookUnsure, false));
      case "PUT /v1/address" -> order(call);
      default ->
          call.unknown(
              AddressProblem.REFUSED,
              "GET and PUT /v1/address, GET /v1/address/unsure, GET /healthz");
    }
  }

  private void order(ControlDoor.Call call) {
    AgentOrder order;
    try {
      order = AgentJson.order(call.body());
    } catch (IllegalArgumentException e) {
      call.refuse(
          400,
          AddressProblem.REFUSED,
          "cannot take the order: " + e.getMessage() + "; are plane and agent of one version?");
      return;
    }
    answer(
        call,
        vertx.executeBlocking(
            () -> {
              keeper.take(order);
              return keeper.look();
            },
            false));
  }

  private static void answer(ControlDoor.Call call, Future<AgentSeen> seen) {
    seen.onComplete(result -> {
      if (result.succeeded()) {
        call.json(AgentJson.ofSeen(result.result()));
        return;
      }
      Throwable cause = result.cause();
      AddressProblem problem =
          cause instanceof OutsideException outside && outside.code() instanceof AddressProblem code
              ? code
              : AddressProblem.HOST;
      int status =
          switch (problem) {
            case STALE_ORDER, CONFLICT -> 409;
            case REFUSED -> 400;
            case UNREACHABLE, TOKEN, SILENT, HOST, OPTIONS, STATE, LISTEN -> 500;
          };
      call.refuse(status, problem, Fault.told(cause));
    });
  }

  /** The port where orders are taken. */
  public int controlPort() {
    return port;
  }

  /** Takes no more orders; the address stays where it is. */
  @Override
  public void close() {
    SERVING.stop(vertx, SECONDS_MAX);
  }
}
