package dev.landfall.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
    moves(page, report.cutovers());
    for (String problem : report.problems()) {
      page.append("\n  ! ").append(problem).append('\n');
    }
    return page.toString();
  }

  private static String headline(Report report) {
    String what =
        switch (report.outcome()) {
          case "completed" -> "The shop moved to the new side, back, and to the new side for good.";
          case "promoted" -> "The shop moved to the new side, although something broke on the way.";
          case "refused" -> "The shop did not move, and that was right: " + report.reason();
          default -> "The run did not end as it should: " + report.reason();
        };
    return what
        + (report.harmless()
            ? "\nNo customer's request failed, and nothing that a customer was promised is lost."
            : "\nCustomers were harmed; see the figures below.");
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
    for (int column = 0; column < columns; column++) {
      var part = seconds.subList(column * width, Math.min(seconds.size(), (column + 1) * width));
      old.append(bar(part.stream().mapToInt(Traffic.Second::source).sum() / part.size(), most));
      fresh.append(bar(part.stream().mapToInt(Traffic.Second::target).sum() / part.size(), most));
      failed.append(part.stream().anyMatch(each -> each.failed() > 0) ? '!' : ' ');
    }
    page.append("  requests answered each second (at most ").append(most).append(")\n");
    page.append("  old side  |").append(old).append("|\n");
    page.append("  new side  |").append(fresh).append("|\n");
    if (!failed.toString().isBlank()) {
      page.append("  failed    |").append(failed).append("|\n");
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
              requests  %,d, of which %,d failed
              waits     half of the requests up to %.1f ms, 99 %% up to %.1f ms,
                        and %,d ms at most while the shop moved
              writes    %,d acknowledged: %,d missing, %,d duplicated, %,d overwritten by older ones
            """,
            requests.total(),
            requests.failed(),
            requests.p50Millis(),
            requests.p99Millis(),
            requests.heldMillisMax(),
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
