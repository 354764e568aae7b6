package dev.landfall.adapter.router;

import dev.landfall.workload.Side;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What an upgraded connection becomes: bytes both ways until one end closes. No switch can carry
 * over what two programs have agreed upon, so when its side serves nobody any more, it is ended in
 * a way that tells the user's program to connect again. Lives on one event loop.
 */
final class Tunnel {
  /** "Service restart": the client may connect again at once. From IANA's registry of codes. */
  private static final int SERVICE_RESTART = 1012;

  private static final int CLOSE_FRAME = 0x88;
  private static final String REASON = "moved; connect again";

  /** How long the two ends may take to say goodbye, once they were told to. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final Context context;
  private final Side side;
  private final NetSocket user;
  private final NetSocket service;
  private final boolean webSocket;
  private final FrameEdge edge = new FrameEdge();
  private boolean leaving;
  private boolean told;
  private boolean ended;

  private Tunnel(Context context, Side side, NetSocket user, NetSocket service, boolean webSocket) {
    this.context = context;
    this.side = side;
    this.user = user;
    this.service = service;
    this.webSocket = webSocket;
  }

  /** Passes the agreement on to the user, and joins the two connections. */
  static void open(Tunnels all, Side side, HttpServerRequest request, HttpClientResponse agreed) {
    NetSocket service = agreed.netSocket();
    service.pause();
    boolean webSocket = "websocket".equalsIgnoreCase(agreed.getHeader("Upgrade"));
    request
        .toNetSocket()
        .onSuccess(user -> new Tunnel(all.context(), side, user, service, webSocket).join(all))
        .onFailure(cause -> {
          service.close();
          all.neverOpened();
        });
  }

  private void join(Tunnels all) {
    user.closeHandler(closed -> {
      ended(all);
      service.close();
    });
    service.closeHandler(closed -> {
      ended(all);
      user.close();
    });
    // Piping resumes, and pauses whichever is faster than the other takes.
    user.pipeTo(service)
        .onComplete(end -> {
          ended(all);
          service.close();
        });
    service.handler(this::carry);
    service.endHandler(end -> user.close());
    service.exceptionHandler(cause -> user.close());
    service.resume();
    if (ended) {
      all.neverOpened();
    } else {
      all.add(this);
    }
  }

  private void ended(Tunnels all) {
    ended = true;
    all.remove(this);
  }

  Side side() {
    return side;
  }

  private void carry(Buffer bytes) {
    if (told) {
      // The user has had the last word of this side.
      return;
    }
    int stop = webSocket ? edge.pass(bytes, leaving) : bytes.length();
    user.write(stop == bytes.length() ? bytes : bytes.slice(0, stop));
    if (leaving && edge.between()) {
      tell();
    } else if (user.writeQueueFull()) {
      service.pause();
      user.drainHandler(drained -> service.resume());
    }
  }

  /**
   * Ends it. A WebSocket's user is told so between two frames, and its answer ends the other half
   * properly; whoever does not go by itself is cut off.
   */
  void leave() {
    if (leaving) {
      return;
    }
    leaving = true;
    if (!webSocket) {
      user.close();
      return;
    }
    if (edge.between()) {
      tell();
    }
    context.owner().setTimer(GOODBYE.toMillis(), fired -> user.close());
  }

  private void tell() {
    told = true;
    byte[] reason = REASON.getBytes(StandardCharsets.US_ASCII);
    user.write(
        Buffer.buffer()
            .appendUnsignedByte((short) CLOSE_FRAME)
            .appendUnsignedByte((short) (Short.BYTES + reason.length))
            .appendUnsignedShort(SERVICE_RESTART)
            .appendBytes(reason));
    service.resume();
  }
}
