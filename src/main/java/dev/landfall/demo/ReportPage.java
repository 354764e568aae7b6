package dev.landfall.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The last page of a run, for people who were not there. */
final class ReportPage {
  private static final int COLUMNS_MAX = 64;
  private static final String LEVELS = " ▁▂▃▄▅▆▇█";

  private ReportPage() {}

  /**
   * Something that happened in the run.
   *
   * @param second counted from the start of the run
   */
  record Mark(int second, String words) {}

  /** Writes the page. */
  static String of(Report report, List<Traffic.Second> seconds, List<Mark> marks) {
    var page = new StringBuilder();
    page.append('\n').append(headline(report)).append("\n\n");
    chart(page, seconds, marks);
    page.append('\n');
    figures(page, report);
    planted(page, report.planted());
    staged(page, report.staged());
    flights(page, report.flights());
    moves(page, report.cutovers());
    for (String problem : report.problems()) {
      page.append("\n  ! ").append(problem).append('\n');
    }
    return page.toString();
  }

  private static String headline(Report report) {
    String what =
        switch (report.outcome()) {
          case "completed" ->
              "The shop moved to the new side"
                  + (report.flights().isEmpty() ? "" : " in flights")
                  + (report.staged() == null ? "" : " as it had been rehearsed")
                  + ", back, and to the new side for good.";
          case "caught" ->
              "The new version did harm. Landfall found it, and brought its users back by itself.";
          case "undecided" ->
              "It could not be told in time whether the new version does harm; so nobody else"
                  + " moved,\nand a person called its users back.";
          case "gated" ->
              "The shop moved to the new side once all gates were met; each had held it back by"
                  + " itself.";
          case "promoted" -> "The shop moved to the new side, although something broke on the way.";
          case "refused" -> "The shop did not move, and that was right: " + report.reason();
          default -> "The run did not end as it should: " + report.reason();
        };
    return what
        + (report.harmless()
            ? "\nNo customer's request failed"
                + (report.planted() == null ? "" : " but by what was planted")
                + ", and nothing that a customer was promised is lost."
            : "\nCustomers were harmed; see the figures below.");
  }

  private static void planted(StringBuilder page, Report.@Nullable Planted planted) {
    if (planted == null) {
      return;
    }
    boolean caught = planted.verdict().equals(FlightLog.FAILED);
    page.append(
        String.format(
            Locale.ROOT,
            """

              planted   %s: %s
              %s  after %.1f s, %s after %.1f s
              exposed   %d of %d customers with %,d requests in that time;
                        %,d requests of %d customers were struck, and %,d failed
            """,
            planted.fault(),
            Fault.parse(planted.fault()).words(),
            caught ? "found   " : "given up",
            planted.verdictMillis() / 1e3,
            caught ? "and everybody was back by itself" : "and everybody was called back",
            planted.backMillis() / 1e3,
            planted.usersExposed(),
            planted.users(),
            planted.requestsExposed(),
            planted.struck(),
            planted.usersStruck(),
            planted.failed()));
  }

  private static void staged(StringBuilder page, Report.@Nullable Staged staged) {
    if (staged == null) {
      return;
    }
    page.append("\n  rehearsal on clones      took   users would have waited\n");
    for (int index = 0; index < staged.rehearsals().size(); index++) {
      Report.Rehearsal rehearsal = staged.rehearsals().get(index);
      page.append(
          String.format(
              Locale.ROOT,
              "  %-20s %6.1f s   %,d ms to the new side, %,d ms back%n",
              "number " + (index + 1),
              rehearsal.tookMillis() / 1e3,
              rehearsal.thereMillis(),
              rehearsal.backMillis()));
    }
    staged.heldBack().forEach(why -> page.append("  not promoted: ").append(why).append('\n'));
    for (Report.EndedAccess access : staged.accessEnded()) {
      page.append("  access ended: ").append(access.refusal()).append('\n');
    }
  }

  private static void flights(StringBuilder page, List<Report.Flight> flights) {
    if (flights.isEmpty()) {
      return;
    }
    page.append(
        "\n  flight         wanted   customers moved   their requests   judged   verdict\n");
    for (Report.Flight flight : flights) {
      page.append(
          String.format(
              Locale.ROOT,
              "  %-13s %5d %%   %4d of %d, %5.1f %%          %5.1f %%   %4.0f s   %s%n",
              flight.name() + (flight.attempt() > 1 ? ", again" : ""),
              flight.intendedPercent(),
              flight.usersMoved(),
              flight.users(),
              flight.usersPercent(),
              flight.requestsPercent(),
              flight.millis() / 1e3,
              flight.verdict()));
      if (!flight.why().isEmpty()) {
        page.append("                ").append(flight.why()).append('\n');
      }
    }
  }

  private static void chart(StringBuilder page, List<Traffic.Second> seconds, List<Mark> marks) {
    if (seconds.isEmpty()) {
      return;
    }
    int width = Math.ceilDiv(seconds.size(), COLUMNS_MAX);
    int columns = Math.ceilDiv(seconds.size(), width);
    int most =
        seconds.stream().mapToInt(each -> Math.max(each.source(), each.target())).max().orElse(0);
    var old = new StringBuilder();
    var fresh = new StringBuilder();
    var failed = new StringBuilder();
    var planted = new StringBuilder();
    for (int column = 0; column < columns; column++) {
      var part = seconds.subList(column * width, Math.min(seconds.size(), (column + 1) * width));
      old.append(bar(part.stream().mapToInt(Traffic.Second::source).sum() / part.size(), most));
      fresh.append(bar(part.stream().mapToInt(Traffic.Second::target).sum() / part.size(), most));
      failed.append(part.stream().anyMatch(each -> each.failed() > 0) ? '!' : ' ');
      planted.append(part.stream().anyMatch(each -> each.planted() > 0) ? 'x' : ' ');
    }
    page.append("  requests answered each second (at most ").append(most).append(")\n");
    page.append("  old side  |").append(old).append("|\n");
    page.append("  new side  |").append(fresh).append("|\n");
    if (!failed.toString().isBlank()) {
      page.append("  failed    |").append(failed).append("|\n");
    }
    if (!planted.toString().isBlank()) {
      page.append("  planted   |").append(planted).append("|\n");
    }
    marks(page, marks, width, columns);
  }

  private static void marks(StringBuilder page, List<Mark> marks, int width, int columns) {
    char[] line = " ".repeat(columns).toCharArray();
    var legend = new ArrayList<String>();
    for (int index = 0; index < marks.size(); index++) {
      int column = Math.clamp(marks.get(index).second() / width, 0, columns - 1);
      // Two things in one column stand side by side, as far as there is room.
      while (column < columns - 1 && line[column] != ' ') {
        column++;
      }
      char sign = (char) ('a' + index % 26);
      line[column] = sign;
      legend.add(
          "  %s %3d s  %s".formatted(sign, marks.get(index).second(), marks.get(index).words()));
    }
    if (!marks.isEmpty()) {
      page.append("             ").append(new String(line).stripTrailing()).append('\n');
    }
    legend.forEach(each -> page.append("          ").append(each).append('\n'));
  }

  private static char bar(int value, int most) {
    if (value == 0 || most == 0) {
      return LEVELS.charAt(0);
    }
    return LEVELS.charAt(Math.clamp(Math.ceilDiv(value * 8, most), 1, 8));
  }

  private static void figures(StringBuilder page, Report report) {
    Report.Requests requests = report.requests();
    Report.Writes writes = report.writes();
    page.append(
        String.format(
            Locale.ROOT,
            """
              requests  %,d, of which %,d failed%s
              waits     half of the requests up to %.1f ms, 99 %% up to %.1f ms%s
              writes    %,d acknowledged: %,d missing, %,d duplicated, %,d overwritten by older ones
            """,
            requests.total(),
            requests.failed(),
            requests.planted() == 0
                ? ""
                : String.format(Locale.ROOT, " and %,d more were made to fail", requests.planted()),
            requests.p50Millis(),
            requests.p99Millis(),
            requests.heldMillisMax() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    ",%n            and %,d ms at most while the shop moved",
                    requests.heldMillisMax()),
            writes.acknowledged(),
            writes.missing(),
            writes.duplicated(),
            writes.stale()));
    if (writes.unexpected() + writes.unbalanced() + writes.unknown() > 0) {
      page.append(
          String.format(
              Locale.ROOT,
              "            %,d that nobody asked for, %,d sums that do not add up, %,d without a"
                  + " clear answer%n",
              writes.unexpected(),
              writes.unbalanced(),
              writes.unknown()));
    }
  }

  private static void moves(StringBuilder page, List<Report.Cutover> cutovers) {
    if (cutovers.isEmpty()) {
      return;
    }
    page.append("\n  move            longest hold   without writes   rows proven equal\n");
    for (Report.Cutover cutover : cutovers) {
      page.append(
          String.format(
              Locale.ROOT,
              "  %-15s %9d ms %13d ms   %,d changed ones in %d ms%n",
              cutover.direction().equals("forward") ? "to the new side" : "back",
              cutover.holdMillis(),
              cutover.writeGapMillis(),
              cutover.rowsVerified(),
              cutover.verifyMillis()));
    }
  }
}
