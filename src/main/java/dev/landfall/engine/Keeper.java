package dev.landfall.engine;

import dev.landfall.problem.OutsideException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Asks again and again for what would be lost by being silent, until it is closed. */
final class Keeper implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;

  /**
   * Begins.
   *
   * @param every more than nothing
   * @param claim false when somebody else has it: then nothing more is asked
   */
  Keeper(Duration every, BooleanSupplier claim) {
    this.thread = Thread.ofVirtual().name("keep a claim").start(() -> keep(every, claim));
  }

  private void keep(Duration every, BooleanSupplier claim) {
    try {
      boolean ours = true;
      while (ours && !over.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        ours = asked(claim);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A session that was cut is made anew by the next turn, and has the claim unless it was taken.
   */
  private static boolean asked(BooleanSupplier claim) {
    try {
      return claim.getAsBoolean();
    } catch (OutsideException e) {
      System.getLogger(Keeper.class.getName()).log(Level.DEBUG, "a claim could not be kept", e);
      return true;
    }
  }

  /**
   * Ends it, after the answer to what was just asked: an interrupt would close the session that has
   * the claim.
   */
  @Override
  public void close() {
    over.countDown();
    try {
      thread.join();
    } catch (InterruptedException _) {
      // It ends by itself once it is answered.
      Thread.currentThread().interrupt();
    }
  }
}
