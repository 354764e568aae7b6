package dev.landfall.bench;

import dev.landfall.LastingFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * How long a verb takes from the shell's point of view, from the start of the launcher to its end.
 *
 * <p>Budget: a median of 300 ms. A prompt that comes back in a third of a second is not waited for;
 * the JVM alone, without any class of ours, takes 40 ms of it, and the launcher's look for changed
 * sources another 10 to 20.
 *
 * <p>Options: {@code --runs N} (default 20).
 */
final class StartBench {
  private static final double MEDIAN_MAX_MILLIS = 300;

  private StartBench() {}

  static void run(Options options, Findings findings) throws Exception {
    Path data = LastingFolders.make("landfall-bench-start");
    var verbs = new LinkedHashMap<String, String[]>();
    String file = Path.of("examples/shop.yaml").toAbsolutePath().toString();
    verbs.put("--version", new String[] {"--version"});
    verbs.put("check --offline FILE", new String[] {"check", "--offline", file});
    verbs.put("status", new String[] {"status", "--data", data.toString()});
    var times = new LinkedHashMap<String, List<Double>>();
    verbs.values().forEach(StartBench::once);
    for (int run = 0; run < options.number("runs", 20); run++) {
      verbs.forEach(
          (name, verb) -> times.computeIfAbsent(name, _ -> new ArrayList<>()).add(once(verb)));
    }
    findings.head("verb", "median ms", "p90 ms", "max ms", "budget", "verdict");
    times.forEach((name, all) -> {
      Sample sample = Sample.of(all);
      findings.row(
          "`" + name + "`",
          sample.median(),
          sample.at(90),
          sample.max(),
          String.format(Locale.ROOT, "median %.0f ms", MEDIAN_MAX_MILLIS),
          sample.median() <= MEDIAN_MAX_MILLIS ? "met" : "not met");
    });
  }

  private static double once(String... verb) {
    long begun = System.nanoTime();
    Child.answer(Child.landfall(verb));
    return (System.nanoTime() - begun) / 1e6;
  }
}
