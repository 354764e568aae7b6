package dev.landfall.adapter.prometheus;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read up to a bound.
 *
 * @param isTooLarge whether it went on behind the bound; then there is no text
 */
record Body(String text, boolean isTooLarge) {
  /** The library can bound it too, but says only in words that it did. */
  static BodySubscriber<Body> upTo(int bytesMax) {
    return new Reader(bytesMax);
  }

  /** Asks for one part after the other. */
  private static final class Reader implements BodySubscriber<Body> {
    private final int bytesMax;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Body> read = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    Reader(int bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public CompletionStage<Body> getBody() {
      return read;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        byte[] more = new byte[part.remaining()];
        part.get(more);
        bytes.writeBytes(more);
      }
      if (subscription == null) {
        return;
      }
      if (bytes.size() > bytesMax) {
        subscription.cancel();
        read.complete(new Body("", true));
      } else {
        subscription.request(1);
      }
    }

    @Override
    public void onError(Throwable why) {
      read.completeExceptionally(why);
    }

    @Override
    public void onComplete() {
      read.complete(new Body(bytes.toString(StandardCharsets.UTF_8), false));
    }
  }
}
