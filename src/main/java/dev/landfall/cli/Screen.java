package dev.landfall.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What people see. On a terminal the last line is rewritten while something goes on; elsewhere each
 * change is a line of its own.
 */
final class Screen implements Operations.Watcher {
  /** Without a terminal, nothing is repeated more often than this, for the sake of log files. */
  private static final Duration REPEAT = Duration.ofSeconds(10);

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colour;
  private final int width;

  private String shown = "";
  private String lastState = "";
  private Instant lastTime = Instant.EPOCH;

  Screen(PrintStream out, Map<String, String> environment, boolean terminal) {
    this.out = out;
    this.terminal = terminal && !"dumb".equals(environment.get("TERM"));
    // https://no-color.org: any value that is not empty.
    this.colour = this.terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
    String columns = environment.getOrDefault("COLUMNS", "");
    this.width = columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 80;
  }

  /** A line that stays. */
  synchronized void line(String text) {
    wipe();
    out.println(text);
  }

  String strong(String text) {
    return colour ? "\033[1m" + text + "\033[0m" : text;
  }

  /** A state in its colour: green at rest, yellow on the way, red when somebody must look. */
  String state(String state) {
    if (!colour) {
      return state;
    }
    String sign =
        switch (state) {
          case "staged", "migrated", "promoted", "completed", "rolled back" -> "32";
          case "parked" -> "31";
          default -> "33";
        };
    return "\033[" + sign + "m" + state + "\033[0m";
  }

  @Override
  public synchronized void seen(Operations.Status status) {
    String text = summary(status);
    if (terminal) {
      wipe();
      shown = text.length() < width ? text : text.substring(0, width - 1);
      out.print(shown);
      out.flush();
      return;
    }
    Instant now = Instant.now();
    if (!status.state().equals(lastState) || lastTime.plus(REPEAT).isBefore(now)) {
      lastState = status.state();
      lastTime = now;
      out.println(text);
    }
  }

  /** Takes back the line that was to be rewritten. */
  synchronized void wipe() {
    if (!shown.isEmpty()) {
      out.print("\r\033[K");
      shown = "";
    }
  }

  /** One line, without colour, so that its length is what it looks like. */
  static String summary(Operations.Status status) {
    var text = new StringBuilder(status.workload()).append(": ").append(status.state());
    for (var measure : status.measures()) {
      text.append(", ").append(measure.name()).append(' ').append(shown(measure));
    }
    if (!status.waits().isEmpty()) {
      text.append("; waits for ").append(String.join(", ", status.waits()));
    }
    status.trouble().ifPresent(trouble -> text.append("; ").append(trouble));
    return text.toString();
  }

  static String measures(Operations.Status status) {
    return status.measures().stream()
        .map(measure -> measure.name() + " " + shown(measure))
        .collect(Collectors.joining(", "));
  }

  private static String shown(Operations.Measure measure) {
    return switch (measure.unit()) {
      case "bytes" -> bytes(measure.value());
      case "bytes/s" -> bytes(measure.value()) + "/s";
      case "%" -> measure.value() + " %";
      default -> String.format(Locale.ROOT, "%,d %s", measure.value(), measure.unit());
    };
  }

  private static String bytes(long count) {
    double left = count;
    String unit = "B";
    for (String larger : new String[] {"kB", "MB", "GB", "TB"}) {
      if (left < 1000) {
        break;
      }
      left /= 1000;
      unit = larger;
    }
    return unit.equals("B") ? count + " B" : String.format(Locale.ROOT, "%.1f %s", left, unit);
  }
}
