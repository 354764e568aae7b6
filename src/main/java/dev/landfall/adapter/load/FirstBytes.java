package dev.landfall.adapter.load;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Takes in a whole answer, and keeps how it begins. */
final class FirstBytes implements BodySubscriber<byte[]> {
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final BodySubscriber<byte[]> whole;
  private final int max;

  private FirstBytes(int max) {
    this.max = max;
    this.whole = BodySubscribers.mapping(BodySubscribers.discarding(), _ -> kept.toByteArray());
  }

  /**
   * For answers of which so much is kept.
   *
   * @param max in bytes; 0 for nothing
   */
  static BodyHandler<byte[]> of(int max) {
    return _ -> new FirstBytes(max);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    whole.onSubscribe(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    for (ByteBuffer each : item) {
      byte[] part = new byte[Math.min(each.remaining(), max - kept.size())];
      each.duplicate().get(part);
      kept.write(part, 0, part.length);
    }
    whole.onNext(item);
  }

  @Override
  public void onError(Throwable fault) {
    whole.onError(fault);
  }

  @Override
  public void onComplete() {
    whole.onComplete();
  }
}
