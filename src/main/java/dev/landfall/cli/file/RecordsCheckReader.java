package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** A check of what people wrote down. */
final class RecordsCheckReader {
  static final String KIND = GateCheck.RECORDS;

  private static final Pattern FOLDER =
      Pattern.compile("/?(?!.*\\.\\.)[A-Za-z0-9_][A-Za-z0-9._ -]*(/[A-Za-z0-9_][A-Za-z0-9._ -]*)*");

  private static final Duration AGE_LEAST = Duration.ofDays(1);
  private static final Duration AGE_MOST = Duration.ofDays(365);

  private RecordsCheckReader() {}

  static GateCheck read(Section section) {
    return new CheckSettings(section)
        .text("folder", RecordsCheckReader::folder)
        .list("of", each -> each.word(RecordVocabulary.KINDS), 1, RecordVocabulary.KINDS.size())
        .time("max-age", AGE_LEAST, AGE_MOST, RecordFile.AGE_MAX)
        .check(KIND);
  }

  /** With its whole path: whoever runs the check does so anywhere. */
  private static Optional<String> folder(Field field) {
    return field
        .text(FOLDER, text -> Names.shown(text) + " is no folder beside the workload file")
        .map(name -> field.mistakes().beside(name).toAbsolutePath().normalize().toString());
  }
}
