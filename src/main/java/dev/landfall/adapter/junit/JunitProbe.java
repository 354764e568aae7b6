package dev.landfall.adapter.junit;

import dev.landfall.engine.Probe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.xml.stream.XMLStreamException;

/**
 * A check of a report of tests that were run elsewhere: none failed, enough were run, and that not
 * too long ago. The report itself is the evidence.
 */
public final class JunitProbe implements Probe {
  /** What is kept must have a bound; a thousand tests with their output have less. */
  static final int BYTES_MAX = 16 * 1024 * 1024;

  /** Clocks of two machines differ a little. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final Path file;
  private final Duration ageMax;
  private final int testsMin;
  private final boolean undated;
  private final InstantSource clock;

  /**
   * A check of one file.
   *
   * @param ageMax how long ago it may have been written, and its tests begun
   * @param testsMin how many tests must have been run, skipped ones not counted; 1 or more
   * @param undated whether a report will do that does not say when its tests were begun: then only
   *     the time of the file tells, which whoever copies it sets anew
   */
  public JunitProbe(
      Path file, Duration ageMax, int testsMin, boolean undated, InstantSource clock) {
    this.file = file;
    this.ageMax = ageMax;
    this.testsMin = testsMin;
    this.undated = undated;
    this.clock = clock;
  }

  @Override
  public Observation look() {
    byte[] report;
    Instant written;
    // To open a pipe would wait for somebody who writes into it.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return unseen("it is no file");
    }
    try (var in = Files.newInputStream(file)) {
      written = Files.getLastModifiedTime(file).toInstant();
      report = in.readNBytes(BYTES_MAX + 1);
    } catch (NoSuchFileException _) {
      // The reason says all: the file of the check is known, and the gate fails.
      return unseen("there is none");
    } catch (IOException e) {
      return unseen(e.getClass().getSimpleName());
    }
    if (report.length > BYTES_MAX) {
      return unseen("it has more than " + BYTES_MAX / 1024 / 1024 + " MiB");
    }
    try {
      List<String> faults = judge(Tally.of(report), written);
      return new Observation(
          faults.isEmpty(), String.join("; ", faults), new String(report, StandardCharsets.UTF_8));
    } catch (XMLStreamException e) {
      return new Observation(
          false, "the report " + file + " cannot be read: " + seen(e), mark(report));
    }
  }

  /** What is no report may be anything, a key as well: enough is kept to know it again. */
  private static String mark(byte[] report) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(report);
      return "no report; %d bytes, sha256 %s\n"
          .formatted(report.length, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private List<String> judge(Tally tally, Instant written) {
    var faults = new ArrayList<String>();
    if (tally.bad() > 0) {
      faults.add("%d of %d tests failed or had errors".formatted(tally.bad(), tally.tests()));
    }
    if (tally.ran() < testsMin) {
      faults.add("%d tests were run, and %d are wanted".formatted(tally.ran(), testsMin));
    }
    if (tally.missing() > 0) {
      faults.add("%d tests are counted in it that it does not have".formatted(tally.missing()));
    }
    if (tally.begun().isEmpty() && !undated) {
      faults.add("it does not say when its tests were begun; have it say so, or undated: accepted");
    }
    age("the report was written", written, faults);
    if (written.isAfter(clock.instant().plus(SKEW))) {
      faults.add("the report was written at " + written + ", which is yet to come");
    }
    tally.begun().ifPresent(begun -> age("its tests were begun", begun, faults));
    return faults;
  }

  private void age(String what, Instant when, List<String> faults) {
    if (when.isBefore(clock.instant().minus(ageMax))) {
      faults.add("%s at %s, more than %s ago".formatted(what, when, words(ageMax)));
    }
  }

  private static String words(Duration time) {
    return time.toDays() > 0 ? time.toDays() + " days" : time.toMinutes() + " minutes";
  }

  private Observation unseen(String why) {
    String words = "there is no report to read at " + file + ": " + why;
    return new Observation(false, words, words + "\n");
  }

  /** The parser repeats what it read, which may be anything: only its place is told. */
  private static String seen(XMLStreamException e) {
    return e.getLocation() == null
        ? String.valueOf(e.getMessage())
        : "it is no XML that is allowed here, in line " + e.getLocation().getLineNumber();
  }
}
