package dev.landfall.adapter.memory;

import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What lies between a controller and the two sides. Each statement takes effect at one moment, as a
 * whole or not at all; what happens before and after that moment is the wire's affair: it may take
 * its time, lose the statement or the answer, and deliver late or twice.
 */
public interface Wire {
  /** Reads something on a side. */
  <T> T ask(Side side, Supplier<T> statement);

  /** Changes something on a side. */
  <T> T tell(Side side, Supplier<T> statement);

  /** Waits. */
  void pause(Duration time);

  /** A wire on which nothing happens. */
  static Wire direct() {
    return new Wire() {
      @Override
      public <T> T ask(Side side, Supplier<T> statement) {
        return statement.get();
      }

      @Override
      public <T> T tell(Side side, Supplier<T> statement) {
        return statement.get();
      }

      @Override
      public void pause(Duration time) {
        try {
          Thread.sleep(time);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }
}
