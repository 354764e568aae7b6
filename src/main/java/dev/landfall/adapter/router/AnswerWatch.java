package dev.landfall.adapter.router;

import io.vertx.core.Context;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells requests whose service does not answer that they have waited long enough. All of them wait
 * equally long, so the one that began first is due first, and one timer for an event loop is
 * enough: setting and stopping one for each request would cost more than routing it does. Lives on
 * one event loop.
 */
final class AnswerWatch {
  private final Context context;
  private final long patienceNanos;
  private final Map<Runnable, Long> waiting = new LinkedHashMap<>();
  private boolean armed;

  AnswerWatch(Context context, Duration patience) {
    this.context = context;
    this.patienceNanos = patience.toNanos();
  }

  /** From now on a request waits; it is called once when that was too long. */
  void begin(Runnable tooLate) {
    waiting.remove(tooLate);
    waiting.put(tooLate, System.nanoTime() + patienceNanos);
    if (!armed) {
      arm(patienceNanos);
    }
  }

  /** It does not wait any more; nothing happens when it did not. */
  void end(Runnable tooLate) {
    waiting.remove(tooLate);
  }

  private void arm(long nanos) {
    armed = true;
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    context.owner().setTimer(millis, fired -> look());
  }

  private void look() {
    armed = false;
    long now = System.nanoTime();
    Iterator<Map.Entry<Runnable, Long>> oldestFirst = waiting.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<Runnable, Long> oldest = oldestFirst.next();
      long left = oldest.getValue() - now;
      if (left > 0) {
        arm(left);
        return;
      }
      // What it does now may add to those who wait, so it begins anew after each.
      oldestFirst.remove();
      oldest.getKey().run();
      oldestFirst = waiting.entrySet().iterator();
    }
  }
}
