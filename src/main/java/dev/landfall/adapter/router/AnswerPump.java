package dev.landfall.adapter.router;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;

/**
 * Carries an answer's body on as fast as the user takes it. Where the length is known, the last
 * part ends the answer by itself: most answers come whole and then leave in one piece, for each
 * piece costs a call of the system.
 */
final class AnswerPump {
  private final HttpClientResponse from;
  private final HttpServerResponse to;
  private final Runnable whole;
  private final Promise<Void> sent = Promise.promise();
  private long bytesLeft;
  private boolean over;

  /**
   * @param bytesLeft the length of the body; -1 when it is not known
   * @param whole called when all of the body has come, before the end of it is sent
   */
  AnswerPump(HttpClientResponse from, HttpServerResponse to, long bytesLeft, Runnable whole) {
    this.from = from;
    this.to = to;
    this.bytesLeft = bytesLeft;
    this.whole = whole;
  }

  /** Begins. Fails when the service breaks off. */
  Future<Void> start() {
    from.exceptionHandler(this::fail);
    from.handler(this::carry);
    from.endHandler(end -> {
      if (!over) {
        to.trailers().addAll(from.trailers());
        finish(Buffer.buffer());
      }
    });
    return sent.future();
  }

  private void carry(Buffer part) {
    if (over || to.closed()) {
      return;
    }
    boolean known = bytesLeft >= 0;
    bytesLeft -= known ? part.length() : 0;
    if (known && bytesLeft == 0) {
      finish(part);
      return;
    }
    to.write(part).onFailure(this::fail);
    if (to.writeQueueFull()) {
      from.pause();
      to.drainHandler(drained -> from.resume());
    }
  }

  private void finish(Buffer last) {
    over = true;
    whole.run();
    if (!to.closed()) {
      to.end(last).onComplete(sent);
    }
  }

  private void fail(Throwable cause) {
    if (!over) {
      over = true;
      sent.tryFail(cause);
    }
  }
}
