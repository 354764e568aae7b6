package dev.landfall.adapter.reach;

import dev.landfall.control.ControlDoor;
import dev.landfall.control.Serving;
import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.Security;

/**
 * Looks from where it runs, for whoever has its token: it connects, says nothing and leaves, and it
 * looks names up. It keeps nothing and changes nothing.
 */
public final class ProbeAgent implements AutoCloseable {
  static final String PATH = "/v1/look";

  private static final int SECONDS_MAX = 20;
  private static final Serving SERVING = new Serving("the agent", ProbeProblem.LISTEN, SECONDS_MAX);

  /** How many look at once; others wait, and give up by their own time. */
  private static final int LOOKS_MAX = 4;

  private final Vertx vertx;
  private final Here here;
  private int port;

  private ProbeAgent(Vertx vertx, AllowedNetworks allowed) {
    this.vertx = vertx;
    this.here = new Here(allowed);
  }

  /**
   * The settings of an agent.
   *
   * @param host the address where it listens; loopback, unless {@code open}
   * @param port its port; 0 for any free one
   * @param open whether it may listen elsewhere than on loopback
   * @param token what every request must carry; at least 16 characters
   * @param allowed where it may look
   */
  public record Options(
      String host, int port, boolean open, String token, AllowedNetworks allowed) {
    /** The token is a secret. */
    @Override
    public String toString() {
      return "agent at " + host + ":" + port;
    }
  }

  /**
   * Starts one. When this returns it can be asked.
   *
   * @throws OutsideException when the settings are not safe, or the address is taken
   */
  public static ProbeAgent start(Options options) {
    ControlDoor.unsafe(options.host(), options.open(), options.token())
        .ifPresent(why -> {
          throw new OutsideException(ProbeProblem.OPTIONS, "cannot start the agent: " + why);
        });
    // Java remembers names for half a minute, and what is asked for is what they mean now.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    var agent =
        new ProbeAgent(
            Vertx.vertx(
                new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(LOOKS_MAX)
                    .setMaxWorkerExecuteTime(Errand.TIMEOUT_MAX.toNanos())
                    .setInternalBlockingPoolSize(1)),
            options.allowed());
    try {
      agent.listen(options);
      return agent;
    } catch (RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  private void listen(Options options) {
    var door =
        new ControlDoor(options.token(), ProbeProblem.TOKEN, ProbeProblem.REFUSED, this::serve);
    port =
        SERVING
            .listening(
                vertx
                    // A look may take ten minutes, in which nothing is said.
                    .createHttpServer(
                        ControlDoor.options()
                            .setIdleTimeout(Math.toIntExact(Errand.TIMEOUT_MAX.toSeconds() * 2)))
                    .requestHandler(door::handle)
                    .listen(options.port(), options.host()),
                options.host() + ":" + options.port())
            .actualPort();
  }

  private void serve(ControlDoor.Call call) {
    if (!call.what().equals("PUT " + PATH)) {
      call.unknown(ProbeProblem.REFUSED, "PUT " + PATH + ", GET /healthz");
      return;
    }
    Errand errand;
    try {
      errand = ProbeJson.errand(call.body());
    } catch (IllegalArgumentException e) {
      call.refuse(
          400,
          ProbeProblem.REFUSED,
          "cannot look: " + e.getMessage() + "; are agent and Landfall of one version?");
      return;
    }
    vertx
        .executeBlocking(() -> ProbeJson.ofSight(here.look(errand)), false)
        .onComplete(done -> {
          if (done.succeeded()) {
            call.json(done.result());
          } else {
            call.refuse(500, ProbeProblem.BLIND, Fault.told(done.cause()));
          }
        });
  }

  /** The port where it can be asked. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    SERVING.stop(vertx, SECONDS_MAX);
  }
}
