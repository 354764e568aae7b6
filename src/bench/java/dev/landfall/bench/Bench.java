package dev.landfall.bench;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs one bench by its name: {@code ./bench NAME [--option value ...]}. */
public final class Bench {
  private static final List<String> NAMES =
      List.of(
          "gap",
          "copy",
          "verify",
          "router",
          "decide",
          "ready",
          "start",
          "verdicts",
          "dns",
          "planes",
          "pgbench",
          "cohorts");

  private Bench() {}

  public static void main(String[] args) throws Exception {
    // The embedded servers tell everything that they do.
    Logger.getLogger("").setLevel(Level.WARNING);
    String name = args.length == 0 ? "" : args[0];
    var options = Options.of(args);
    var findings = new Findings(name, args);
    switch (name) {
      case "gap" -> GapBench.run(options, findings);
      case "copy" -> CopyBench.run(options, findings);
      case "verify" -> VerifyBench.run(options, findings);
      case "router" -> RouterBench.run(options, findings);
      case "decide" -> DecideBench.run(options, findings);
      case "ready" -> ReadyBench.run(options, findings);
      case "start" -> StartBench.run(options, findings);
      case "verdicts" -> VerdictBench.run(options, findings);
      case "dns" -> DnsBench.run(options, findings);
      case "planes" -> PlanesBench.run(options, findings);
      case "pgbench" -> PgbenchBench.run(options, findings);
      case "cohorts" -> CohortBench.run(options, findings);
      default -> {
        System.err.println(
            "bench: knows " + String.join(", ", NAMES) + "; their options stand in their Javadoc");
        System.exit(1);
      }
    }
    findings.publish(options);
    // Servers of HTTP leave threads behind that would keep the program alive.
    System.exit(0);
  }
}
