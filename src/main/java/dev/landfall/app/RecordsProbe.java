package dev.landfall.app;

import dev.landfall.cli.file.Mistake;
import dev.landfall.cli.file.RecordFile;
import dev.landfall.cli.file.RecordFolder;
import dev.landfall.engine.Probe;
import dev.landfall.gate.Evidence;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the records of people in a folder beside the workload file. Each is kept as it was read, so
 * that whoever approves has the words of business users before them, and not only a count.
 */
final class RecordsProbe implements Probe {
  /** One piece of evidence is what was seen in all of them. */
  private static final int FILES_MAX = Evidence.COUNT_MAX - 1;

  private static final int TOLD_MAX = 5;
  private static final int WORDS_MAX = 500;

  private final Path folder;
  private final List<String> kinds;
  private final InstantSource clock;

  /**
   * @param folder with its whole path
   * @param kinds of which there must be one record at least, each
   */
  RecordsProbe(Path folder, List<String> kinds, InstantSource clock) {
    this.folder = folder;
    this.kinds = List.copyOf(kinds);
    this.clock = clock;
  }

  @Override
  public Observation look() {
    RecordFolder found;
    try {
      found = read();
    } catch (RecordFolder.Unread e) {
      String why = String.valueOf(e.getMessage());
      return new Observation(false, why, why);
    }
    var faults = new ArrayList<String>();
    var lines = new ArrayList<String>();
    var files = new ArrayList<Read>();
    var missing = new ArrayList<>(kinds);
    for (RecordFolder.Entry each : found.files()) {
      String words = words(each, faults, missing);
      lines.add("%s %s: %s".formatted(each.sha256(), each.name(), words));
      files.add(new Read(plain(each.name() + ": " + words), each.content()));
    }
    missing.forEach(kind -> faults.add("there is no record of %s in %s".formatted(kind, folder)));
    return new Observation(
        faults.isEmpty(),
        plain(told(faults)),
        String.join("\n", lines) + "\n",
        files,
        Optional.of(found.sha256()));
  }

  @Override
  public Optional<String> subject() {
    try {
      return Optional.of(read().sha256());
    } catch (RecordFolder.Unread _) {
      return Optional.empty();
    }
  }

  /** A day is over when it is over by UTC: all who look see the same. */
  private RecordFolder read() throws RecordFolder.Unread {
    var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return RecordFolder.read(folder, kinds, today, FILES_MAX);
  }

  private static String words(RecordFolder.Entry file, List<String> faults, List<String> missing) {
    return switch (file.read()) {
      case RecordFile.Right right -> {
        missing.remove(right.kind());
        right.lacks().forEach(lack -> faults.add(file.name() + ": " + lack));
        yield right.lacks().isEmpty()
            ? right.words()
            : right.words() + "; still open: " + String.join("; ", right.lacks());
      }
      case RecordFile.Wrong wrong -> {
        wrong.kind().ifPresent(missing::remove);
        wrong.mistakes().stream().map(Mistake::toString).forEach(faults::add);
        yield "%d mistakes".formatted(wrong.mistakes().size());
      }
    };
  }

  private static String told(List<String> faults) {
    int more = faults.size() - TOLD_MAX;
    return String.join("; ", faults.subList(0, Math.min(faults.size(), TOLD_MAX)))
        + (more > 0 ? "; and %d more".formatted(more) : "");
  }

  /** People wrote it, and it is shown on any terminal. */
  private static String plain(String text) {
    String line = text.replaceAll("\\p{Cc}+", " ");
    return line.length() > WORDS_MAX ? line.substring(0, WORDS_MAX) + "..." : line;
  }
}
