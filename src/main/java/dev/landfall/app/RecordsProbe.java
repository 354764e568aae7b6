package dev.landfall.app;

import dev.landfall.cli.file.Mistake;
import dev.landfall.cli.file.RecordFile;
import dev.landfall.cli.file.RecordFolder;
import dev.landfall.engine.Probe;
import dev.landfall.engine.Together;
import dev.landfall.gate.Evidence;
import dev.landfall.problem.OneLine;
import dev.landfall.workload.Person;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Reads the records of people in a folder beside the workload file. Each is kept as it was read, so
 * that whoever approves has the words of business users before them. What is told and journaled of
 * them are files, places and counts, and never what somebody wrote.
 */
final class RecordsProbe implements Probe {
  /** One piece of evidence is what was seen in all of them. */
  private static final int FILES_MAX = Evidence.COUNT_MAX - 1;

  private static final int TOLD_MAX = 5;
  private static final int WORDS_MAX = 500;

  /** Whoever is shown how a gate stands waits for it, and so does a promotion. */
  private static final Duration SUBJECT_MAX = Duration.ofSeconds(10);

  private final Wanted wanted;
  private final List<Person> people;
  private final Duration timeout;
  private final InstantSource clock;

  /**
   * What there must be.
   *
   * @param folder with its whole path
   * @param kinds of which there must be one record at least, each
   * @param age how long ago something may have been certified or reviewed; a day or more
   */
  record Wanted(Path folder, List<String> kinds, Duration age) {
    Wanted {
      kinds = List.copyOf(kinds);
    }
  }

  /** What was seen in one file after the other. */
  private static final class Seen {
    private final List<String> faults = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final List<Read> files = new ArrayList<>();
    private final Set<String> writers = new LinkedHashSet<>();
    private final List<String> missing;

    Seen(List<String> kinds) {
      missing = new ArrayList<>(kinds);
    }
  }

  /**
   * Reads when it is asked to.
   *
   * @param people of the plan: whoever wrote a record is one of them
   * @param timeout how long reading all of it may take; more than zero
   */
  RecordsProbe(Wanted wanted, List<Person> people, Duration timeout, InstantSource clock) {
    this.wanted = wanted;
    this.people = List.copyOf(people);
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public Observation look() {
    return within(timeout, this::seen)
        .orElseGet(() ->
            failed("the folder %s was not read within %s".formatted(wanted.folder(), timeout)));
  }

  @Override
  public Optional<String> subject() {
    Duration patience = timeout.compareTo(SUBJECT_MAX) < 0 ? timeout : SUBJECT_MAX;
    return within(patience, this::hash).flatMap(hash -> hash);
  }

  /** A file may lie where nobody answers: reading goes on there, and is not waited for. */
  private static <T> Optional<T> within(Duration patience, Callable<T> reading) {
    Future<T> begun = Together.atOnce().begin(reading);
    Optional<T> read = Together.resultOf(begun, Optional.of(patience));
    if (read.isEmpty()) {
      begun.cancel(true);
    }
    return read;
  }

  private Optional<String> hash() {
    try {
      return Optional.of(read().sha256());
    } catch (RecordFolder.Unread _) {
      return Optional.empty();
    }
  }

  private RecordFolder read() throws RecordFolder.Unread {
    return RecordFolder.read(
        wanted.folder(),
        wanted.kinds(),
        RecordFile.Days.at(clock.instant(), wanted.age()),
        FILES_MAX);
  }

  private static Observation failed(String why) {
    return new Observation(false, plain(why), why + "\n");
  }

  private Observation seen() {
    RecordFolder found;
    try {
      found = read();
    } catch (RecordFolder.Unread e) {
      return failed(String.valueOf(e.getMessage()));
    }
    var seen = new Seen(wanted.kinds());
    found.files().forEach(each -> look(each, seen));
    seen.missing.forEach(
        kind -> seen.faults.add("there is no record of %s in %s".formatted(kind, wanted.folder())));
    return new Observation(
        seen.faults.isEmpty(),
        plain(told(seen.faults)),
        String.join("\n", seen.lines) + "\n",
        seen.files,
        Optional.of(found.sha256()),
        List.copyOf(seen.writers));
  }

  private void look(RecordFolder.Entry file, Seen seen) {
    String words =
        switch (file.read()) {
          case RecordFile.Right right -> {
            seen.missing.remove(right.kind());
            List<String> lacks = lacks(right);
            lacks.forEach(lack -> seen.faults.add(file.name() + ": " + lack));
            Stream.concat(right.by().stream(), right.testers().stream())
                .flatMap(name -> person(name).stream())
                .forEach(seen.writers::add);
            String open = lacks.isEmpty() ? "" : "; still open: " + String.join("; ", lacks);
            seen.files.add(
                new Read(
                    plain("%s: %s%s".formatted(file.name(), right.words(), open)), file.content()));
            yield right.words() + open;
          }
          case RecordFile.Wrong wrong -> {
            // It is not kept: who knows what it is that lies there.
            wrong.kind().ifPresent(seen.missing::remove);
            wrong.mistakes().stream().map(Mistake::withoutContent).forEach(seen.faults::add);
            yield "%d mistakes".formatted(wrong.mistakes().size());
          }
        };
    seen.lines.add("%s %s: %s".formatted(file.sha256(), file.name(), words));
  }

  /** Whoever wrote it by a name that the file does not know could be whoever approves it. */
  private List<String> lacks(RecordFile.Right right) {
    boolean unknown = right.by().filter(name -> person(name).isEmpty()).isPresent();
    return unknown
        ? Stream.concat(
                Stream.of("by is nobody whom the workload file has under gates.people"),
                right.lacks().stream())
            .toList()
        : right.lacks();
  }

  /** People write their own names as they like. */
  private Optional<String> person(String name) {
    return people.stream()
        .filter(person ->
            person.name().equalsIgnoreCase(name)
                || person.accounts().stream().anyMatch(name::equalsIgnoreCase))
        .map(Person::name)
        .findFirst();
  }

  private static String told(List<String> faults) {
    int more = faults.size() - TOLD_MAX;
    return String.join("; ", faults.subList(0, Math.min(faults.size(), TOLD_MAX)))
        + (more > 0 ? "; and %d more".formatted(more) : "");
  }

  private static String plain(String text) {
    return OneLine.of(text, WORDS_MAX);
  }
}
