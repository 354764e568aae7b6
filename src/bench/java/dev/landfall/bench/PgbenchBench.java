package dev.landfall.bench;

import dev.landfall.LastingFolders;
import dev.landfall.adapter.pgbouncer.PgbouncerProcess;
import dev.landfall.e2e.PgbenchRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * pgbench, unmodified, through PgBouncer with transaction pooling, while its database is promoted
 * and rolled back: PostgreSQL 16 on premises, 18 in the cloud, the packaged program with a
 * controller of its own, and a verb for every cutover.
 *
 * <p>Budget: no failed transaction, sums that agree after every cutover, and as many rows of
 * history as pgbench counts transactions. The pause that its clients see is measured, and has no
 * budget of its own: that of {@code gap} is the one for users.
 *
 * <p>Options: {@code --scale N} (default 20), {@code --clients N} (default 8), {@code --rounds N}
 * of a promotion and a rollback each (default 5), {@code --seconds N} that pgbench goes on (default
 * 300), {@code --hold TIME} of the workload file (default 5s).
 */
final class PgbenchBench {
  private PgbenchBench() {}

  static void run(Options options, Findings findings) throws Exception {
    Path folder = LastingFolders.make("landfall-bench-pgbench");
    PgbouncerProcess.letPass(folder);
    var size =
        new PgbenchRun.Size(
            Math.toIntExact(options.number("scale", 20)),
            Math.toIntExact(options.number("clients", 8)),
            Math.toIntExact(options.number("rounds", 5)),
            Math.toIntExact(options.number("seconds", 300)),
            options.text("hold").orElse("5s"));
    PgbenchRun.Result result;
    try (var run = new PgbenchRun(folder, size)) {
      result = run.run();
    }
    findings.head(
        "transactions by pgbench", "failed", "rows of its history", "a second", "first copy s");
    findings.row(
        result.transactions(),
        result.failed(),
        result.rows(),
        result.tps(),
        seconds(result.copy()));
    findings.head("cutover", "verb s", "longest transaction ms", "rows of history after");
    for (PgbenchRun.Move move : result.moves()) {
      findings.row(
          move.verb(), seconds(move.took()), (double) move.worst().toMillis(), move.rows());
    }
    for (String verb : List.of("promote", "rollback")) {
      Sample pauses =
          Sample.of(
              result.moves().stream()
                  .filter(move -> move.verb().equals(verb))
                  .map(move -> (double) move.worst().toMillis())
                  .toList());
      findings.say("");
      findings.say(
          "Longest transaction while a %s was under way: median %.0f ms, worst %.0f ms.",
          verb, pauses.median(), pauses.max());
    }
    findings.say("");
    findings.say(
        "The sums of accounts, tellers, branches and history agree on the owning side after every"
            + " cutover: %s.",
        result.wrong().isEmpty() ? "yes; met" : "not met");
    result.wrong().forEach(wrong -> findings.say("- %s", wrong));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
