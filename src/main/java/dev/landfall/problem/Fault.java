package dev.landfall.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fault in Landfall itself, in words that may be journaled, logged and reported: of what classes
 * the exceptions are, and where they were thrown. Never their messages: in these, libraries quote
 * what they were given, which may be rows, orders and secrets.
 */
public final class Fault {
  private static final String OURS = "dev.landfall.";
  private static final int CAUSES_MAX = 10;

  private Fault() {}

  /** {@code NumberFormatException at dev.landfall.x.Y.z(Y.java:17)}: the last place of ours. */
  public static String words(Throwable fault) {
    String name = fault.getClass().getSimpleName();
    return Stream.of(fault.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith(OURS))
        .findFirst()
        .map(frame -> name + " at " + place(frame))
        .orElse(name);
  }

  /** The words of a problem outside, which are ours; of anything else that it is a fault. */
  public static String told(Throwable failure) {
    return failure instanceof OutsideException outside
        ? String.valueOf(outside.getMessage())
        : "a fault in Landfall itself: " + words(failure);
  }

  /** A line for each exception, the outermost first, and below it one for each place. */
  public static List<String> trace(Throwable fault) {
    var lines = new ArrayList<String>();
    int causes = 0;
    for (Throwable each = fault; each != null && causes < CAUSES_MAX; each = each.getCause()) {
      lines.add(each.getClass().getName());
      for (StackTraceElement frame : each.getStackTrace()) {
        lines.add("\tat " + place(frame));
      }
      causes++;
    }
    return lines;
  }

  private static String place(StackTraceElement frame) {
    return "%s.%s(%s:%d)"
        .formatted(
            frame.getClassName(),
            frame.getMethodName(),
            frame.getFileName(),
            frame.getLineNumber());
  }
}
