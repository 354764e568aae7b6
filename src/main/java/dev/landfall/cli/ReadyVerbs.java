package dev.landfall.cli;

import dev.landfall.cli.GateOperations.Item;
import dev.landfall.cli.GateOperations.Report;
import dev.landfall.gate.Remedy;
import dev.landfall.promotion.GateRule;
import dev.landfall.workload.Calendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs that say how gates stand. */
final class ReadyVerbs {
  private ReadyVerbs() {}

  private static Report report(Cli cli, String workload) {
    try (var operations = cli.operations()) {
      return operations
          .gates()
          .report(workload)
          .orElseThrow(() ->
              StatusVerb.unknown(
                  workload,
                  operations.status().stream().map(Operations.Status::workload).toList()));
    }
  }

  /** {@code landfall gates WORKLOAD}. */
  @Command(
      name = "gates",
      description = "Says how each gate of a promotion stands, on what evidence, and by whom.",
      footer = {"", "Examples:", "  landfall gates shop", "  landfall gates shop --gate assess"})
  static final class Gates implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "WORKLOAD", description = "The name in the workload file.")
    private String workload = "";

    @Option(names = "--gate", paramLabel = "NAME", description = "Only this one, with all details.")
    private String gate = "";

    Gates(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Report report = report(cli, workload);
      List<Item> items =
          report.gates().stream().filter(item -> gate.isEmpty() || item.id().equals(gate)).toList();
      if (items.isEmpty() && !gate.isEmpty()) {
        throw new Problem(
            Exit.REFUSED,
            CliProblem.USAGE,
            "cannot show gate "
                + gate
                + ": "
                + workload
                + " has none of this name; landfall gates "
                + workload
                + " lists them");
      }
      if (cli.json()) {
        cli.answer(document(report, items));
      } else {
        var screen = cli.screen();
        screen.line(headline(screen, report));
        report.glass().forEach(each -> screen.line("  " + each));
        items.forEach(item -> say(screen, item, !gate.isEmpty()));
      }
      return Exit.DONE.number();
    }

    private static void say(Screen screen, Item item, boolean details) {
      screen.line(
          String.format(
              "  %-14s  %-22s %s%s",
              item.state(),
              item.id(),
              item.title(),
              item.binds() ? "" : " (does not hold the next step back)"));
      if (!item.why().isEmpty()) {
        screen.line("                  " + item.why());
      }
      if (details) {
        item.flags().forEach(flag -> screen.line("                  " + flag));
        item.evidence()
            .forEach(each ->
                screen.line("                  evidence " + each.sha256() + "  " + each.what()));
        todo(screen, item);
      }
    }
  }

  /** {@code landfall ready WORKLOAD}. */
  @Command(
      name = "ready",
      description = {
        "Says how much of what must be so before users move is so, and for all else what to do and",
        "who can. Ends with 0 when nothing holds them back, and with 2 when something does."
      },
      footer = {"", "Example:", "  landfall ready shop"})
  static final class Ready implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "WORKLOAD", description = "The name in the workload file.")
    private String workload = "";

    Ready(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Report report = report(cli, workload);
      List<Item> blockers =
          report.gates().stream().filter(item -> item.binds() && !item.todo().isEmpty()).toList();
      if (cli.json()) {
        cli.answer(document(report, blockers));
      } else {
        var screen = cli.screen();
        screen.line(headline(screen, report));
        report.glass().forEach(each -> screen.line("  " + each));
        for (Item item : blockers) {
          screen.line("  " + item.id() + " is " + item.state() + ": " + item.why());
          todo(screen, item);
        }
        report.gates().stream()
            .filter(item -> item.id().equals(Calendar.GATE))
            .forEach(item -> screen.line("  " + window(item)));
        report.people().forEach(each -> screen.line("  " + each));
        report.unseen().ifPresent(why -> screen.line("  the target was not looked at: " + why));
      }
      return (report.ready() ? Exit.DONE : Exit.BLOCKED).number();
    }
  }

  /** When users may be moved, as far as time is in question. */
  private static String window(Item item) {
    String end = item.until().map(at -> " until " + at).orElse("");
    return switch (item.state()) {
      case "passed" -> "the calendar lets users be moved now" + end;
      case "closed" ->
          "next window: " + item.until().map(Object::toString).orElse("none within two years");
      default -> "the calendar is set aside" + end;
    };
  }

  private static void todo(Screen screen, Item item) {
    for (Remedy each : item.todo()) {
      String who =
          each.who().isEmpty() ? "nobody whom the file names can" : String.join(", ", each.who());
      screen.line("      " + each.what() + "  [" + who + "]");
    }
  }

  private static String headline(Screen screen, Report report) {
    if (!report.gated()) {
      return screen.strong(report.workload()) + ": " + GateRule.UNGATED;
    }
    return screen.strong(report.workload())
        + ": "
        + report.percent()
        + " % ready to "
        + (report.step().equals("promote") ? "promote" : "move more users")
        + ", plan "
        + report.plan();
  }

  private static Map<String, Object> document(Report report, List<Item> items) {
    var document = new LinkedHashMap<String, Object>();
    document.put("workload", report.workload());
    document.put("gated", report.gated());
    document.put("ready", report.ready());
    document.put("percent", report.percent());
    document.put("plan", report.plan());
    document.put("step", report.step());
    document.put("gates", items);
    document.put("people", report.people());
    document.put("glass", report.glass());
    document.put("unseen", report.unseen());
    return document;
  }
}
