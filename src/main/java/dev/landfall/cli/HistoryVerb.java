package dev.landfall.cli;

import dev.landfall.engine.EventCodec;
import dev.landfall.engine.Journal;
import dev.landfall.gate.Statement;
import dev.landfall.promotion.Event;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code landfall history WORKLOAD}. */
@Command(
    name = "history",
    description = "Says what happened to a workload, when, by whom, and why; oldest first.",
    footer = {"", "Example:", "  landfall history shop --json"})
final class HistoryVerb implements Callable<Integer> {
  private static final Set<String> VERDICTS =
      Set.of(
          "FlightPassed",
          "FlightFailed",
          "FlightUndecided",
          "ConflictFound",
          "PromotionWithheld",
          "GateCheckBegun",
          "GateChecked",
          "GateAttached",
          "GateSigned");

  private final Cli cli;

  @Parameters(paramLabel = "WORKLOAD", description = "The name in the workload file.")
  private String workload = "";

  HistoryVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    List<Journal.Entry> entries;
    try (var operations = cli.operations()) {
      entries = operations.history(workload);
      if (entries.isEmpty()) {
        var known = operations.status().stream().map(Operations.Status::workload).toList();
        throw StatusVerb.unknown(workload, known);
      }
    }
    if (cli.json()) {
      cli.answer(entries.stream().map(HistoryVerb::line).toList());
    } else {
      var screen = cli.screen();
      for (var entry : entries) {
        var draft = entry.draft();
        String verdict = verdict(entry);
        String said =
            Stream.of(verdict, draft.why())
                .filter(each -> !each.isEmpty())
                .distinct()
                .collect(Collectors.joining(": "));
        String why = said.isEmpty() ? "" : " (" + said + ")";
        screen.line(
            String.format(
                "%4d  %s  %-20s %s%s", entry.version(), draft.at(), draft.type(), draft.by(), why));
      }
    }
    return Exit.DONE.number();
  }

  /** What a verdict rests on, or which gate it is about; empty for all other events. */
  private static String verdict(Journal.Entry entry) {
    if (!VERDICTS.contains(entry.draft().type())) {
      return "";
    }
    return switch (EventCodec.read(entry.draft().type(), entry.draft().payload())) {
      case Event.FlightPassed passed -> passed.why();
      case Event.FlightFailed failed -> failed.why();
      case Event.FlightUndecided undecided -> undecided.why();
      case Event.ConflictFound found -> found.asset() + ": " + found.conflict().words();
      case Event.PromotionWithheld held -> String.join("; ", held.withheld().why());
      case Event.GateCheckBegun begun -> begun.gate();
      case Event.GateChecked done ->
          done.gate() + (done.passed() ? " passed" : " failed, " + done.reason());
      case Event.GateAttached brought -> brought.gate() + (brought.executed() ? ", executed" : "");
      case Event.GateSigned(Statement.Signed signed, _) ->
          signed.statement().verb().word()
              + (signed.statement().verb().isOfGlass() ? "" : " " + signed.statement().gate())
              + " by "
              + signed.statement().by();
      default -> "";
    };
  }

  private static Map<String, Object> line(Journal.Entry entry) {
    var line = new LinkedHashMap<String, Object>();
    line.put("sequence", entry.sequence());
    line.put("version", entry.version());
    line.put("at", entry.draft().at());
    line.put("type", entry.draft().type());
    line.put("by", entry.draft().by());
    line.put("why", entry.draft().why());
    line.put("payload", entry.draft().payload());
    line.put("hash", entry.hash());
    return line;
  }
}
