package dev.landfall.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a bench found, as a page of Markdown: on the screen always, and in a file when {@code
 * --write FILE} asks for it. It says by itself on which machine, when, and how busy that was.
 */
@SuppressWarnings("AnnotateFormatMethod")
final class Findings {
  private final String name;
  private final String command;
  private final Instant begun = Instant.now();
  private final String loadBefore = load();
  private final List<String> lines = new ArrayList<>();

  Findings(String name, String... args) {
    this.name = name;
    this.command = withoutFile("./bench " + String.join(" ", args));
  }

  private static String withoutFile(String command) {
    return command.replaceAll(" --write \\S+", "");
  }

  /** A line of the page, shown at once, too. */
  void say(String format, Object... values) {
    String line = String.format(Locale.ROOT, format, values);
    lines.add(line);
    System.out.println(line);
  }

  /** A line for the screen alone. */
  static void tell(String format, Object... values) {
    System.out.println("# " + String.format(Locale.ROOT, format, values));
  }

  /** A table's row, or its head with a rule below it. */
  void head(String... cells) {
    say("");
    say("| %s |", String.join(" | ", cells));
    say("|%s", " --- |".repeat(cells.length));
  }

  /** One line of a table. */
  void row(Object... cells) {
    var words = new ArrayList<String>();
    for (Object cell : cells) {
      words.add(
          cell instanceof Double number ? String.format(Locale.ROOT, "%.1f", number) : "" + cell);
    }
    say("| %s |", String.join(" | ", words));
  }

  /** The averages of the run queue over 1, 5 and 15 minutes. */
  static String load() {
    try {
      String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ");
      return words[0] + " " + words[1] + " " + words[2];
    } catch (IOException e) {
      return "unknown: " + e.getMessage();
    }
  }

  void publish(Options options) throws IOException {
    var page = new ArrayList<String>();
    page.add("# " + name);
    page.add("");
    page.add("- command: `" + command + "`");
    page.add("- date: " + begun.truncatedTo(ChronoUnit.SECONDS));
    page.add("- commit: " + commit());
    page.add("- machine: " + machine());
    page.add("- JDK: " + System.getProperty("java.vm.version"));
    page.add("- load average before: " + loadBefore + "; after: " + load());
    page.add("");
    page.addAll(lines);
    if (options.text("write").isPresent()) {
      Path file = Path.of(options.text("write").get());
      Files.writeString(file, String.join("\n", page) + "\n");
      System.out.println("# written to " + file);
    } else {
      page.subList(2, 8).forEach(System.out::println);
    }
  }

  private static String commit() {
    // The last that touched the product: a page that is committed has a commit of its own.
    String id = Child.answer("git", "log", "-1", "--format=%h", "--", "src/main").strip();
    boolean dirty = !Child.answer("git", "status", "--porcelain", "src/main").isBlank();
    return id + (dirty ? " with changes" : "");
  }

  private static String machine() throws IOException {
    String model = "unknown processor";
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("model name")) {
        model = line.substring(line.indexOf(':') + 1).strip();
        break;
      }
    }
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d cores of %s, %.0f GB, Linux %s",
        Runtime.getRuntime().availableProcessors(),
        model,
        system.getTotalMemorySize() / 1e9,
        System.getProperty("os.version"));
  }
}
