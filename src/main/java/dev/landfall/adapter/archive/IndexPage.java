package dev.landfall.adapter.archive;

import dev.landfall.engine.Chain;
import dev.landfall.engine.History;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.gate.Dossier;
import dev.landfall.gate.Dossier.Mark;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Judging;
import dev.landfall.gate.Standing;
import dev.landfall.gate.State;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Glass;
import dev.landfall.promotion.Promotion;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The page of an archive: read in a browser, without a network and without scripts. It follows from
 * the journal alone. Evidence is named and not linked: it is whatever somebody brought, and a
 * browser would run it.
 */
final class IndexPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="referrer" content="no-referrer">
      <style>
      body { font: 15px/1.45 sans-serif; max-width: 80em; margin: 2em auto; padding: 0 1em; color: #222 }
      table { border-collapse: collapse; width: 100% } th { text-align: left }
      th, td { border-bottom: 1px solid #ccc; padding: .3em .8em .3em 0; vertical-align: top; overflow-wrap: anywhere }
      </style>
      """;

  private final Markup page = new Markup();
  private final List<Entry> own;

  private IndexPage(List<Entry> own) {
    this.own = own;
  }

  /** The page of the archive of a workload. */
  static String of(String workload, List<Entry> chain, List<Entry> own) {
    return new IndexPage(own).write(workload, chain);
  }

  private String write(String workload, List<Entry> chain) {
    Promotion promotion =
        History.fold(own).orElseThrow(() -> new IllegalStateException("there are no events"));
    Instant at = own.getLast().draft().at();
    page.raw(HEAD)
        .raw("<title>")
        .text("Evidence of " + workload)
        .raw("</title>\n</head>\n<body>\n");
    page.raw("<h1>").text("Evidence of " + workload).raw("</h1>\n<p>");
    page.text(
        "The promotion is %s. Everything here is as it was at %s, when the last event was written."
            .formatted(promotion.stateWord(), at));
    page.raw("</p>\n<p>").text("Plan " + promotion.planHash() + ".").raw("</p>\n");
    remarks(promotion, at);
    promotion
        .workload()
        .gates()
        .ifPresentOrElse(
            plan -> gates(promotion, plan, at),
            () -> page.raw("<p>").text("Its file has no gates.").raw("</p>\n"));
    statements();
    evidence();
    history();
    checking(chain);
    return page.raw("</body>\n</html>\n").toString();
  }

  /**
   * What is told for good wherever the promotion is shown: whoever reads no further has read it.
   */
  private void remarks(Promotion promotion, Instant at) {
    var remarks = new ArrayList<String>();
    promotion.gates().loosened().forEach(how -> remarks.add("Gates were loosened: " + how));
    remarks.addAll(Glass.notes(promotion));
    remarks.addAll(Glass.demands(promotion, at));
    promotion
        .workload()
        .gates()
        .ifPresent(plan -> remarks.addAll(GateRule.people(promotion, plan)));
    if (remarks.isEmpty()) {
      return;
    }
    page.heading("What stands out").raw("<ul>\n");
    remarks.forEach(each -> page.raw("<li>").text(each).raw("</li>\n"));
    page.raw("</ul>\n");
  }

  private void gates(Promotion promotion, GatePlan plan, Instant at) {
    Subject current =
        new Subject(promotion.planHash(), lastTarget(promotion), lastRecords(promotion, plan));
    page.heading("Gates").raw("<p>");
    page.text(
        current
            .target()
            .map(target -> "For the target as it was last looked at: " + target + ".")
            .orElse("Nobody had looked at the target."));
    page.raw("</p>\n").table("gate", "state", "what was done", "evidence");
    for (Standing standing : Judging.all(plan, promotion.gates(), current, at)) {
      Dossier dossier = promotion.gates().of(standing.gate().id());
      page.row(
          List.of(
              List.of(standing.gate().id(), standing.gate().title()),
              state(standing),
              done(dossier),
              hashes(dossier)));
    }
    page.endTable();
  }

  /** The records of each gate as they were last read: the archive has no others. */
  private static Map<String, String> lastRecords(Promotion promotion, GatePlan plan) {
    var records = new HashMap<String, String>();
    for (Gate gate : plan.gates()) {
      promotion
          .gates()
          .of(gate.id())
          .executed()
          .flatMap(mark -> Optional.ofNullable(mark.subject().records().get(gate.id())))
          .ifPresent(hash -> records.put(gate.id(), hash));
    }
    return records;
  }

  /** What the target ran on when somebody last looked at it for this plan. */
  private static Optional<String> lastTarget(Promotion promotion) {
    return promotion
        .gates()
        .dossiers()
        .all()
        .flatMap(dossier -> Stream.of(dossier.executed(), dossier.documented()))
        .flatMap(Optional::stream)
        .filter(mark -> mark.subject().plan().equals(promotion.planHash()))
        .filter(mark -> mark.subject().target().isPresent())
        .max(
            Comparator.comparing(Mark::at)
                .thenComparing(mark -> mark.subject().target().orElse("")))
        .flatMap(mark -> mark.subject().target());
  }

  /**
   * Nothing that follows from the rules of a time zone, which are not the same on every host and
   * every day: whoever checks the archive later has to come to the same page.
   */
  private static List<String> state(Standing standing) {
    boolean timed = standing.state() == State.CLOSED || standing.state() == State.PASSED;
    if (standing.gate().kind() == Gate.Kind.CALENDAR && timed) {
      return List.of("as its calendar in the plan says");
    }
    var lines = new ArrayList<String>();
    lines.add(standing.state().word());
    if (!standing.why().isEmpty()) {
      lines.add(standing.why());
    }
    standing.until().ifPresent(until -> lines.add("until " + until));
    return lines;
  }

  private static List<String> done(Dossier dossier) {
    var lines = new ArrayList<String>();
    dossier.executed().ifPresent(mark -> lines.add(words("executed", mark)));
    dossier.documented().ifPresent(mark -> lines.add(words("documented", mark)));
    for (Dossier.Said said : dossier.said()) {
      Statement statement = said.signed().statement();
      lines.add(
          "%s by %s (%s) at %s%s"
              .formatted(
                  statement.verb().word(),
                  statement.by(),
                  statement.role(),
                  statement.at(),
                  said.isVoid() ? ", void: the plan was edited since" : ""));
    }
    return lines;
  }

  private static String words(String flag, Mark mark) {
    return "%s by %s at %s%s%s"
        .formatted(
            flag,
            mark.by(),
            mark.at(),
            mark.passed() ? "" : ", and not so",
            mark.reason().isEmpty() ? "" : ": " + mark.reason());
  }

  private static List<String> hashes(Dossier dossier) {
    return Stream.of(dossier.executed(), dossier.documented())
        .flatMap(Optional::stream)
        .flatMap(mark -> mark.evidence().stream())
        .map(Evidence::sha256)
        .distinct()
        .toList();
  }

  private void statements() {
    page.heading("What people signed");
    page.table("event", "who", "what", "from, until", "why", "signed text, signature, key");
    for (Entry entry : own) {
      History.signed(History.event(entry))
          .ifPresent(signed -> {
            Statement said = signed.statement();
            page.row(
                List.of(
                    List.of(Long.toString(entry.sequence())),
                    List.of(said.by(), said.role()),
                    List.of(said.verb().word() + " " + said.gate(), "plan " + said.plan()),
                    List.of(said.at().toString(), said.until().toString()),
                    List.of(said.reason()),
                    List.of(Contents.statement(entry) + ".txt .sig .pem", signed.key())));
          });
    }
    page.endTable();
  }

  private void evidence() {
    page.heading("Evidence");
    page.table("event", "gate", "what", "brought", "file, its SHA-256", "bytes");
    for (Entry entry : own) {
      Event event = History.event(entry);
      for (Evidence each : History.evidence(event)) {
        page.row(
            List.of(
                List.of(Long.toString(entry.sequence())),
                List.of(gate(event)),
                List.of(each.kind().name().toLowerCase(Locale.ROOT), each.what()),
                List.of(entry.draft().by(), entry.draft().at().toString()),
                List.of(Contents.EVIDENCE + each.sha256()),
                List.of(Long.toString(each.bytes()))));
      }
    }
    page.endTable();
  }

  private static String gate(Event event) {
    return switch (event) {
      case Event.GateChecked done -> done.gate();
      case Event.GateAttached brought -> brought.gate();
      default -> "";
    };
  }

  private void history() {
    page.heading("History").table("event", "when", "what", "who", "why");
    for (Entry entry : own) {
      page.row(
          List.of(
              List.of(Long.toString(entry.sequence())),
              List.of(entry.draft().at().toString()),
              List.of(entry.draft().type()),
              List.of(entry.draft().by()),
              List.of(entry.draft().why())));
    }
    page.endTable();
  }

  private void checking(List<Entry> chain) {
    Chain.Head head = Chain.Head.of(chain.getLast());
    page.heading("How to check it").raw("<p>");
    page.text(
        "journal.jsonl has %s events, %s of them of this workload; the hash of the last is %s."
                .formatted(
                    Integer.toString(chain.size()), Integer.toString(own.size()), head.hash())
            + " landfall audit verify FILE checks this whole archive, this page included, without"
            + " any other file. Compare that hash, and the keys above, with what you have from"
            + " elsewhere: whoever makes up a whole archive can make up both.");
    page.raw("</p>\n");
  }
}
