package dev.landfall.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code landfall status [WORKLOAD]}. */
@Command(
    name = "status",
    description = "Says where each promotion stands, what it waits for, and what is wrong.",
    footer = {"", "Examples:", "  landfall status", "  landfall status shop --watch"})
final class StatusVerb implements Callable<Integer> {
  private static final long WATCH_MILLIS = 1000;

  private final Cli cli;

  @Parameters(
      paramLabel = "WORKLOAD",
      arity = "0..1",
      description = "The name in the workload file; all when it is left out.")
  private String workload = "";

  @Option(
      names = "--watch",
      description = "Look every second, until interrupted; with --json one document a line.")
  private boolean watch;

  StatusVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (var operations = cli.operations()) {
      var screen = cli.screen();
      do {
        var found = look(operations);
        if (cli.json()) {
          cli.answer(found);
        } else if (watch && found.size() == 1) {
          screen.seen(found.getFirst());
        } else {
          say(screen, found);
        }
        if (watch) {
          Thread.sleep(WATCH_MILLIS);
        }
      } while (watch);
    }
    return Exit.DONE.number();
  }

  private List<Operations.Status> look(Operations operations) {
    var all = operations.status();
    if (workload.isEmpty()) {
      return all;
    }
    var found = all.stream().filter(status -> status.workload().equals(workload)).toList();
    if (found.isEmpty()) {
      throw unknown(workload, all.stream().map(Operations.Status::workload).toList());
    }
    return found;
  }

  static Problem unknown(String workload, List<String> known) {
    return new Problem(
        Exit.REFUSED,
        CliProblem.UNKNOWN,
        "cannot find workload "
            + workload
            + ": the data folder knows "
            + (known.isEmpty() ? "none" : String.join(", ", known))
            + "; is --data the right folder?");
  }

  private static void say(Screen screen, List<Operations.Status> found) {
    if (found.isEmpty()) {
      screen.line("nothing is being promoted here; begin with: landfall promote FILE");
    }
    for (var status : found) {
      screen.line(
          screen.strong(status.workload())
              + "  "
              + screen.state(status.state())
              + status.since().map(since -> " since " + since).orElse("")
              + ", towards "
              + status.goal());
      screen.line(
          "  users on "
              + (status.users().equals("both") ? "both sides" : "the " + status.users())
              + ", writes accepted by "
              + status
                  .owner()
                  .map(side -> side.equals("both") ? "both sides" : "the " + side)
                  .orElse("neither side at the moment"));
      if (!status.measures().isEmpty()) {
        screen.line("  " + Screen.measures(status));
      }
      status.flight().ifPresent(flight -> flight.lines().forEach(line -> screen.line("  " + line)));
      status.notes().forEach(note -> screen.line("  " + note));
      status.waits().forEach(wait -> screen.line("  waits for " + wait));
      status.trouble().ifPresent(trouble -> screen.line("  " + trouble));
    }
  }
}
