package dev.landfall.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code landfall rehearse WORKLOAD}. */
@Command(
    name = "rehearse",
    description = {
      "Promotes clones of the target's data and rolls them back, with the same steps as the real",
      "promotion, and says how long users would have waited. The data, the link and the routes of",
      "the workload stay as they are; the clones are removed without a trace."
    },
    footer = {"", "Example:", "  landfall rehearse shop"})
final class RehearseVerb implements Callable<Integer> {
  private final Cli cli;

  @Mixin private final OrderVerbs.Wish wish = new OrderVerbs.Wish();

  RehearseVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var order = wish.order(cli);
    var screen = cli.screen();
    Operations.Watcher watcher = cli.json() ? _ -> {} : screen;
    Operations.Rehearsed rehearsed;
    var stopped = new Thread(() -> cli.complain(words(order.workload())), "say what is left");
    Runtime.getRuntime().addShutdownHook(stopped);
    try (var operations = cli.operations()) {
      rehearsed = operations.rehearse(order, watcher);
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
