package dev.landfall.cli;

import dev.landfall.promotion.Goal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code landfall promote FILE}. */
@Command(
    name = "promote",
    description = {
      "Copies the data while the application runs, keeps it in step, proves the copy equal, and",
      "moves all users and the ownership of the data at once. Started again, it goes on."
    },
    footer = {
      "",
      "Examples:",
      "  landfall promote shop.yaml --until staged",
      "  landfall promote shop.yaml --reason \"CHG-1042\""
    })
final class PromoteVerb implements Callable<Integer> {
  /** Where a promotion may rest. */
  enum End {
    staged,
    promoted
  }

  private final Cli cli;

  @Parameters(paramLabel = "FILE", description = "The workload file.")
  private Path file = Path.of("");

  @Option(
      names = "--until",
      paramLabel = "STATE",
      defaultValue = "promoted",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private End until = End.promoted;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
  private String reason = "";

  PromoteVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var workload = Words.workload(file);
    var order = new Operations.Order(workload.name(), cli.user(), reason);
    Goal goal = until == End.staged ? Goal.STAGED : Goal.PROMOTED;
    return OrderVerbs.carryOut(
        cli, (operations, watcher) -> operations.promote(workload, goal, order, watcher));
  }
}
