package dev.landfall.cli;

import dev.landfall.problem.Finding;
import dev.landfall.promotion.GateRule;
import dev.landfall.workload.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code landfall check FILE}. */
@Command(
    name = "check",
    description = {
      "Reads a workload file, then looks at both sides for everything that would break later.",
      "Changes nothing. Ends with 0 when nothing stands in the way, 1 when the file is wrong,",
      "2 when something must be done first."
    },
    footer = {"", "Example:", "  landfall check shop.yaml"})
final class CheckVerb implements Callable<Integer> {
  private final Cli cli;

  @Parameters(paramLabel = "FILE", description = "The workload file.")
  private Path file = Path.of("");

  @Option(names = "--offline", description = "Only read the file; look at no server.")
  private boolean offline;

  CheckVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Workload workload = Words.workload(file);
    var findings = new ArrayList<Finding>(GateRule.notes(workload));
    if (!offline) {
      try (var operations = cli.operations()) {
        findings.addAll(operations.check(workload));
      }
    }
    boolean blocked = findings.stream().anyMatch(Finding::blocks);
    if (cli.json()) {
      var answer = new LinkedHashMap<String, Object>();
      answer.put("workload", workload.name());
      answer.put("looked", offline ? "file" : "file and both sides");
      answer.put("blocked", blocked);
      answer.put("findings", findings);
      cli.answer(answer);
    } else {
      say(workload, findings, blocked);
    }
    return (blocked ? Exit.BLOCKED : Exit.DONE).number();
  }

  private void say(Workload workload, List<Finding> findings, boolean blocked) {
    var screen = cli.screen();
    Findings.say(screen, findings);
    String parts = workload.assets().size() + " assets, " + workload.routes().size() + " routes";
    screen.line(
        screen.strong(workload.name())
            + (blocked
                ? " cannot be promoted yet: see above"
                : ": " + parts + (offline ? ", file is right" : ", nothing stands in the way")));
  }
}
