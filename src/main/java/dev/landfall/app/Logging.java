package dev.landfall.app;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What the program logs: on standard error, a line each, nothing but what somebody should act on.
 */
final class Logging {
  /** Kept, because a logger that nobody holds forgets its level. */
  private static final Logger SCHEDULER = Logger.getLogger("com.github.kagkarlsson");

  private Logging() {}

  static void quietly() {
    System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tF %1$tT %4$s %5$s%6$s%n");
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    for (Handler handler : root.getHandlers()) {
      handler.setLevel(Level.WARNING);
    }
    // It prints a stack trace for each heartbeat that a full disk refuses; the leases tell that
    // once.
    SCHEDULER.setLevel(Level.OFF);
  }
}
