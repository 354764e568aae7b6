package dev.landfall.adapter.router;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;

/** Carries a request's body on as fast as it is taken, and no further than its limit. */
final class BodyPump {
  /** The body is longer than it may be. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    private final long bytesMax;

    TooLongException(long bytesMax) {
      super("more than " + bytesMax + " bytes");
      this.bytesMax = bytesMax;
    }

    long bytesMax() {
      return bytesMax;
    }
  }

  private final HttpServerRequest from;
  private final WriteStream<Buffer> to;
  private final long bytesMax;
  private final Promise<Void> done = Promise.promise();
  private long bytes;

  BodyPump(HttpServerRequest from, WriteStream<Buffer> to, long bytesMax) {
    this.from = from;
    this.to = to;
    this.bytesMax = bytesMax;
  }

  /** Begins. Fails when the body is too long or the sender breaks off. */
  Future<Void> start() {
    from.exceptionHandler(done::tryFail);
    from.endHandler(end -> {
      if (!done.future().isComplete()) {
        to.end();
        done.tryComplete();
      }
    });
    from.handler(this::carry);
    from.resume();
    return done.future();
  }

  private void carry(Buffer part) {
    bytes += part.length();
    if (done.future().isComplete()) {
      return;
    }
    if (bytes > bytesMax) {
      done.tryFail(new TooLongException(bytesMax));
      return;
    }
    to.write(part);
    if (to.writeQueueFull()) {
      from.pause();
      to.drainHandler(drained -> from.resume());
    }
  }
}
