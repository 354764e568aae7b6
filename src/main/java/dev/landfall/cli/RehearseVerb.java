package dev.landfall.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code landfall rehearse WORKLOAD}. */
@Command(
    name = "rehearse",
    description = {
      "Promotes clones of the target's data and rolls them back, with the same steps as the real",
      "promotion, and says how long users would have waited. The data, the link and the routes of",
      "the workload stay as they are; the clones are removed without a trace. Tests of your own"
          + " may",
      "run on the promoted clones before they are rolled back."
    },
    footer = {
      "",
      "Examples:",
      "  landfall rehearse shop",
      "  landfall rehearse shop --run ./smoke-test --as shop_app"
    })
final class RehearseVerb implements Callable<Integer> {
  private final Cli cli;

  @Mixin private final OrderVerbs.Wish wish = new OrderVerbs.Wish();

  @Option(
      names = "--run",
      paramLabel = "PROGRAM",
      description = {
        "A program to run on the promoted clones; 0 says that it passed. Its environment says"
            + " where",
        "they are: LANDFALL_ORDERS_URL for the asset orders."
      })
  private @Nullable Path program;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      description = "The role that it signs in as, which may work on the clones meanwhile.")
  private @Nullable String role;

  @Option(
      names = "--run-minutes",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long it may run, 1 to 1440 (default: ${DEFAULT-VALUE}).")
  private int minutes;

  @Spec private CommandSpec spec = CommandSpec.create();

  RehearseVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var order = wish.order(cli);
    var tests = tests();
    var screen = cli.screen();
    Operations.Watcher watcher = cli.json() ? _ -> {} : screen;
    Operations.Rehearsed rehearsed;
    var stopped = new Thread(() -> cli.complain(words(order.workload())), "say what is left");
    Runtime.getRuntime().addShutdownHook(stopped);
    try (var operations = cli.operations()) {
      rehearsed = operations.rehearse(order, tests, watcher);
    } finally {
      screen.wipe();
      forget(stopped);
    }
    var ended = rehearsed.ended();
    if (cli.json()) {
      var document = OrderVerbs.document(ended);
      rehearsed.there().ifPresent(timing -> document.put("there", timing));
      rehearsed.back().ifPresent(timing -> document.put("back", timing));
      cli.answer(document);
    } else {
      screen.line(screen.strong(ended.workload()) + ": " + ended.message());
    }
    return ended.exit().number();
  }

  private Optional<Operations.Tests> tests() {
    Path given = program;
    String as = role;
    if (given == null && as == null) {
      return Optional.empty();
    }
    if (given == null || as == null || minutes < 1 || minutes > 1440) {
      throw new ParameterException(
          spec.commandLine(), "--run needs --as, and --as needs --run, for 1 to 1440 minutes");
    }
    return Optional.of(new Operations.Tests(given, as, Duration.ofMinutes(minutes), cli::complain));
  }

  private static String words(String workload) {
    return "stopped in the middle of a rehearsal of "
        + workload
        + "; landfall status removes what it has made, and so does the next rehearsal";
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending already, and the hook says what is left.
    }
  }
}
