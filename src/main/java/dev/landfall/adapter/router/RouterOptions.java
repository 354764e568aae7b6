package dev.landfall.adapter.router;

import dev.landfall.control.ControlDoor;
import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The settings of a router process.
 *
 * @param host the address where users are served
 * @param port its port; 0 for any free one
 * @param controlHost the address where orders are taken; loopback, unless {@code openControl}
 * @param controlPort its port; 0 for any free one
 * @param openControl whether orders may be taken elsewhere than on loopback
 * @param token what every order must carry; at least 16 characters
 * @param stateFile where the last order is kept; its folder is made when there is none
 * @param limits how far things may go
 */
public record RouterOptions(
    String host,
    int port,
    String controlHost,
    int controlPort,
    boolean openControl,
    String token,
    Path stateFile,
    Limits limits) {

  /**
   * The bounds of every wait, queue and buffer of a router.
   *
   * @param eventLoops threads that carry traffic; at least 1
   * @param heldMax requests that may wait in a hold; more are refused
   * @param holdMax the longest hold that an order may ask for
   * @param connectionsMax connections to one service; at least 1 for each event loop
   * @param bodyBytesMax the longest body of a request; absent for no bound
   * @param headerBytesMax the longest header of a request or an answer, in bytes
   * @param connect how long a connection to a service may take to open
   * @param answer how long a service may take to begin its answer, once it has the request
   * @param idle how long a connection may carry nothing, WebSockets included
   * @param healthEvery the pause between two looks at a service's health
   * @param closing how long requests under way may take when the router closes
   * @param trustForwarded whether X-Forwarded-* of whoever connects is believed and added to: only
   *     right behind another proxy
   */
  public record Limits(
      int eventLoops,
      int heldMax,
      Duration holdMax,
      int connectionsMax,
      OptionalLong bodyBytesMax,
      int headerBytesMax,
      Duration connect,
      Duration answer,
      Duration idle,
      Duration healthEvery,
      Duration closing,
      boolean trustForwarded) {

    /** What holds when nothing else is said. */
    public static final Limits DEFAULTS =
        new Limits(
            Runtime.getRuntime().availableProcessors(),
            10_000,
            Duration.ofSeconds(60),
            1024,
            OptionalLong.empty(),
            32 * 1024,
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            false);
  }

  /** A router on loopback alone, with default limits. */
  public static RouterOptions loopback(int port, int controlPort, String token, Path stateFile) {
    return new RouterOptions(
        "127.0.0.1", port, "127.0.0.1", controlPort, false, token, stateFile, Limits.DEFAULTS);
  }

  /** These settings with other limits. */
  public RouterOptions with(Limits other) {
    return new RouterOptions(
        host, port, controlHost, controlPort, openControl, token, stateFile, other);
  }

  /** Throws when a router with these settings would be open to anybody. */
  void check() {
    ControlDoor.unsafe(controlHost, openControl, token)
        .ifPresent(why -> {
          throw new OutsideException(RouterProblem.OPTIONS, "cannot start the router: " + why);
        });
  }

  @Override
  public String toString() {
    return "router on " + host + ":" + port + ", control on " + controlHost + ":" + controlPort;
  }
}
