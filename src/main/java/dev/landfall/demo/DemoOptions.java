package dev.landfall.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a demo is to be run.
 *
 * @param rows about how many rows the shop has in all; 1,000 or more
 * @param customers how many customers there are at the same time; 1 to 500
 * @param seconds how long they shop in peace after each step; 1 or more
 * @param breaks what is broken on purpose
 * @param keep whether everything stays up at the end, to be played with
 * @param report where the report goes as JSON; absent for nowhere
 * @param landfall the command that runs Landfall, before its verb
 */
public record DemoOptions(
    long rows,
    int customers,
    int seconds,
    Break breaks,
    boolean keep,
    Optional<Path> report,
    List<String> landfall) {

  /** The longest that a request may be held in the demo. */
  static final Duration HOLD_MAX = Duration.ofSeconds(3);

  /** What is broken on purpose. */
  public enum Break {
    NOTHING,
    /** The controller is killed with -9 in the middle of the cutover, and started again. */
    KILL,
    /** The target stops taking changes in the middle of the cutover, for longer than the hold. */
    SLOW_TARGET,
    /** A row of the target is changed behind the fence before the cutover. */
    DIVERGE;

    /**
     * Reads the word of the command line: {@code kill}, {@code slow-target}, {@code diverge}.
     *
     * @throws IllegalArgumentException when it is another
     */
    public static Break parse(String word) {
      return switch (word) {
        case "kill" -> KILL;
        case "slow-target" -> SLOW_TARGET;
        case "diverge" -> DIVERGE;
        default ->
            throw new IllegalArgumentException(
                "what can be broken is kill, slow-target or diverge, not " + word);
      };
    }
  }

  public DemoOptions {
    landfall = List.copyOf(landfall);
    require(rows >= 1_000, "rows is 1000 or more, not " + rows);
    require(customers >= 1 && customers <= 500, "customers is 1 to 500, not " + customers);
    require(seconds >= 1, "seconds is 1 or more, not " + seconds);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * The command that runs Landfall in a JVM like this one.
   *
   * @param main the class that the launcher starts
   */
  public static List<String> landfallOf(Class<?> main) {
    return Program.java(main, 256);
  }
}
