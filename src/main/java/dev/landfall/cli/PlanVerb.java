package dev.landfall.cli;

import dev.landfall.problem.Finding;
import dev.landfall.promotion.Estimate;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Itinerary;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code landfall plan FILE}. */
@Command(
    name = "plan",
    description = {
      "Says step by step what a promotion would do, what each step waits for, and whether it can",
      "be undone, and about how long it takes. It comes from the same decisions that run. The",
      "sources are asked how large they are; without an answer there is no estimate. Changes",
      "nothing."
    },
    footer = {
      "",
      "Examples:",
      "  landfall plan shop.yaml",
      "  landfall plan shop.yaml --until completed"
    })
final class PlanVerb implements Callable<Integer> {
  /** The ends that a plan can lead to, in the words of the command line. */
  enum End {
    staged,
    promoted,
    completed;

    Goal goal() {
      return switch (this) {
        case staged -> Goal.STAGED;
        case promoted -> Goal.PROMOTED;
        case completed -> Goal.COMPLETED;
      };
    }
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

  PlanVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var workload = Words.workload(file);
    Operations.Plan plan;
    try (var operations = cli.operations()) {
      plan = operations.plan(workload, until.goal());
    }
    if (cli.json()) {
      cli.answer(plan);
    } else {
      say(plan);
    }
    boolean blocked = plan.findings().stream().anyMatch(Finding::blocks);
    return (blocked ? Exit.BLOCKED : Exit.DONE).number();
  }

  private void say(Operations.Plan plan) {
    var screen = cli.screen();
    screen.line(
        screen.strong(plan.workload())
            + " until "
            + plan.goal().word()
            + ", plan "
            + plan.planHash());
    int number = 0;
    for (var leg : plan.legs()) {
      number++;
      screen.line(String.format("%3d. %s", number, leg.what()));
      if (!leg.waits().isEmpty()) {
        screen.line("     waits for " + String.join(", ", leg.waits()));
      }
      leg.takes().ifPresent(takes -> screen.line("     " + words(takes)));
      screen.line("     " + undo(leg.undo()) + (leg.usersWait() ? "; users' requests wait" : ""));
    }
    Findings.say(screen, plan.findings());
  }

  private static String words(Estimate takes) {
    if (takes.likely().isEmpty()) {
      return takes.basis();
    }
    String most = takes.most().map(limit -> ", at most " + Words.duration(limit)).orElse("");
    return "estimate: " + Words.duration(takes.likely().get()) + most + " (" + takes.basis() + ")";
  }

  private static String undo(Itinerary.Undo undo) {
    return switch (undo) {
      case FREELY -> "can be undone: users notice nothing";
      case BY_ITSELF -> "undoes itself if it fails";
      case BY_ROLLBACK -> "can be undone by landfall rollback, without losing a write";
      case BY_HAND -> "can be undone by hand; a rollback leaves it so";
      case NEVER -> "CANNOT be undone";
    };
  }
}
