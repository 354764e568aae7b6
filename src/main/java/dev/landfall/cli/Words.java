package dev.landfall.cli;

import dev.landfall.cli.file.WorkloadFile;
import dev.landfall.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What was typed, as values. */
final class Words {
  private Words() {}

  /** A message in the house's form for words that make no order. */
  static String usage(ParameterException e) {
    String verb = e.getCommandLine().getCommandSpec().qualifiedName();
    var text = new StringBuilder("cannot run " + verb + ": ");
    String seen = String.valueOf(e.getMessage());
    text.append(Character.toLowerCase(seen.charAt(0))).append(seen.substring(1));
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      text.append("; did you mean ").append(String.join(" or ", unmatched.getSuggestions()));
    }
    return text.append("; see \"").append(verb).append(" --help\"").toString();
  }

  /** The workload of a file; a wrong file ends the verb with all its mistakes. */
  static Workload workload(Path file) {
    return switch (WorkloadFile.read(file)) {
      case WorkloadFile.Right(var workload) -> workload;
      case WorkloadFile.Wrong(var mistakes) ->
          throw new Problem(
              Exit.REFUSED,
              CliProblem.FILE,
              mistakes.size() == 1
                  ? mistakes.getFirst().toString()
                  : "cannot read " + file + ": " + mistakes.size() + " mistakes; see each",
              mistakes);
    };
  }

  /** A time in the one unit or two that people would use. */
  static String duration(Duration time) {
    if (time.toMillis() < 1000) {
      return time.toMillis() + " ms";
    }
    if (time.toMinutes() < 2) {
      return time.toSeconds() + " s";
    }
    if (time.toHours() < 2) {
      return time.toMinutes() + " min";
    }
    return time.toDays() < 2
        ? two(time.toHours(), "h", time.toMinutesPart(), "min")
        : two(time.toDays(), "d", time.toHoursPart(), "h");
  }

  private static String two(long large, String unit, int small, String smallUnit) {
    return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }
}
