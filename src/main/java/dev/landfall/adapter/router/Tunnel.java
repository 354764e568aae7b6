package dev.landfall.adapter.router;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;

/**
 * What an upgraded connection becomes: bytes both ways until one end closes. It stays where it is
 * when the route changes, for no switch can carry over what two programs have agreed upon.
 */
final class Tunnel {
  private Tunnel() {}

  /** Passes the agreement on to the user, and joins the two connections. */
  static void open(HttpServerRequest request, HttpClientResponse agreed) {
    NetSocket service = agreed.netSocket();
    service.pause();
    request
        .toNetSocket()
        .onSuccess(user -> {
          user.closeHandler(closed -> service.close());
          service.closeHandler(closed -> user.close());
          // Piping resumes both, and pauses whichever is faster than the other takes.
          user.pipeTo(service).onComplete(end -> service.close());
          service.pipeTo(user).onComplete(end -> user.close());
        })
        .onFailure(cause -> service.close());
  }
}
