package dev.landfall.cli;

import dev.landfall.problem.Finding;
import java.util.List;

/** Findings for people: what blocks first. */
final class Findings {
  private Findings() {}

  static void say(Screen screen, List<Finding> findings) {
    for (var severity : Finding.Severity.values()) {
      for (var finding : findings) {
        if (finding.severity() == severity) {
          String weight =
              switch (severity) {
                case BLOCKS -> "blocks";
                case WARNS -> "warns ";
                case INFORMS -> "note  ";
              };
          screen.line(weight + "  " + finding.subject() + ": " + finding.seen());
          if (!finding.remedy().isBlank()) {
            screen.line("        " + finding.remedy() + "  [" + finding.code() + "]");
          }
        }
      }
    }
  }
}
