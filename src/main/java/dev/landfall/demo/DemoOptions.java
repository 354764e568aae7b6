package dev.landfall.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a demo is to be run.
 *
 * @param rows about how many rows the shop has in all; 1,000 or more
 * @param customers how many customers there are at the same time; 1 to 500
 * @param seconds how long they shop in peace after each step; 1 or more
 * @param think how long a customer thinks between two requests, on average
 * @param model how users and data move
 * @param breaks what is broken on purpose; it must be one of the model's
 * @param gates whether all gates of the catalogue hold users back first, each in its turn; only
 *     where all move at once and nothing is broken
 * @param keep whether everything stays up at the end, to be played with
 * @param report where the report goes as JSON; absent for nowhere
 * @param landfall the command that runs Landfall, before its verb
 */
public record DemoOptions(
    long rows,
    int customers,
    int seconds,
    Duration think,
    Model model,
    Break breaks,
    boolean gates,
    boolean keep,
    Optional<Path> report,
    List<String> landfall) {

  /** The longest that a request may be held in the demo. */
  static final Duration HOLD_MAX = Duration.ofSeconds(3);

  /** How long a customer thinks between two requests, unless somebody says otherwise. */
  public static final Duration THINK = Duration.ofMillis(500);

  /** How users and data move. */
  public enum Model {
    /** All at once. */
    SINGLE_STEP,
    /** All at once, on a later day, and only as it was rehearsed. */
    STAGED,
    /** Users in parts, each judged before the next; then the data. */
    FLIGHT;

    /** How long each phase is watched, unless somebody says otherwise; all ends in two minutes. */
    public int seconds() {
      return switch (this) {
        case SINGLE_STEP -> 8;
        case STAGED, FLIGHT -> 5;
      };
    }

    /** As in the workload file and in {@code --model}: {@code single-step}. */
    public String word() {
      return hyphened(this);
    }

    /**
     * Reads {@link #word}.
     *
     * @throws IllegalArgumentException when it is another
     */
    public static Model parse(String word) {
      return of(values(), word);
    }
  }

  /** What is broken on purpose. */
  public enum Break {
    NOTHING(Fault.NOTHING),
    /** The controller is killed with -9 in the middle of the cutover, and started again. */
    KILL(Fault.NOTHING),
    /** The target stops taking changes in the middle of the cutover, for longer than the hold. */
    SLOW_TARGET(Fault.NOTHING),
    /** A row of the target is changed behind the fence before the cutover. */
    DIVERGE(Fault.NOTHING),
    /** The new version of the shop begins to answer one request in four with an error. */
    ERRORS(Fault.ERRORS),
    /** The new version of the shop begins to answer one request in a hundred with an error. */
    SPARSE_ERRORS(Fault.SPARSE_ERRORS),
    /** Every answer of the new version of the shop begins to come late. */
    SLOW(Fault.SLOW),
    /** One answer in twenty of the new version of the shop begins to come very late. */
    TAIL(Fault.TAIL);

    private final Fault fault;

    Break(Fault fault) {
      this.fault = fault;
    }

    /** What is planted in the new version of the shop. */
    Fault fault() {
      return fault;
    }

    /** The models whose demo it can be a part of. */
    public List<Model> models() {
      return switch (this) {
        case NOTHING -> List.of(Model.values());
        case KILL, SLOW_TARGET, DIVERGE -> List.of(Model.SINGLE_STEP, Model.STAGED);
        case ERRORS, SPARSE_ERRORS, SLOW, TAIL -> List.of(Model.FLIGHT);
      };
    }

    /** As in {@code --break}: {@code slow-target}. */
    public String word() {
      return hyphened(this);
    }

    /**
     * Reads {@link #word}.
     *
     * @throws IllegalArgumentException when it is another
     */
    public static Break parse(String word) {
      return of(values(), word);
    }
  }

  private static <T extends Enum<T>> T of(T[] values, String word) {
    return Arrays.stream(values)
        .filter(each -> hyphened(each).equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the demo knows no " + word));
  }

  private static String hyphened(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public DemoOptions {
    landfall = List.copyOf(landfall);
    require(rows >= 1_000, "rows is 1000 or more, not " + rows);
    require(customers >= 1 && customers <= 500, "customers is 1 to 500, not " + customers);
    require(seconds >= 1, "seconds is 1 or more, not " + seconds);
    require(
        !gates || (model == Model.SINGLE_STEP && breaks == Break.NOTHING),
        "gates are shown with model single-step, and nothing broken");
    require(
        breaks.models().contains(model), breaks.word() + " is no break of model " + model.word());
  }

  /** The least time that a flight is judged for. */
  Duration least() {
    return Duration.ofSeconds(Math.ceilDiv(seconds, 2));
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
