package dev.landfall.adapter.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Probe.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A report passes that is whole, green, long enough and young enough; no other does. */
class JunitProbeTest {
  private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
  private static final String GREEN =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite name="shop" tests="3" failures="0" errors="0" skipped="1" timestamp="%s">
          <testcase name="orders" classname="Shop"/>
          <testcase name="returns" classname="Shop"><system-out>fine</system-out></testcase>
          <testcase name="later" classname="Shop"><skipped/></testcase>
        </testsuite>
      </testsuites>
      """;

  @TempDir private Path folder;

  private Observation look(String report, Instant written, int testsMin) throws Exception {
    Path file = folder.resolve("report.xml");
    Files.writeString(file, report);
    Files.setLastModifiedTime(file, FileTime.from(written));
    return look(file, testsMin);
  }

  private static Observation look(Path file, int testsMin) {
    return look(file, testsMin, true);
  }

  private static Observation look(Path file, int testsMin, boolean undated) {
    return new JunitProbe(file, Duration.ofDays(1), testsMin, undated, InstantSource.fixed(NOW))
        .look();
  }

  private Observation look(String report) throws Exception {
    return look(report, NOW, 1);
  }

  private static String begun(String timestamp) {
    return GREEN.formatted(timestamp);
  }

  @Test
  void aGreenReportPassesAndIsItselfTheEvidence() throws Exception {
    String report = begun("2026-03-02T11:00:00");
    Observation seen = look(report, NOW.minusSeconds(60), 2);
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.passed()).isTrue();
    assertThat(seen.raw()).isEqualTo(report);
  }

  @Test
  void failuresAndErrorsAreCountedAndNotRepeated() throws Exception {
    Observation seen =
        look(
            """
            <testsuite name="shop">
              <testcase name="ann@shop.example"><failure message="hunter2">hunter2</failure></testcase>
              <testcase name="b"><error/></testcase>
              <testcase name="c"/>
            </testsuite>
            """);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).isEqualTo("2 of 3 tests failed or had errors");
  }

  @Test
  void aSuiteThatFailedAsAWholeHasNotPassed() throws Exception {
    assertThat(look("<testsuite errors='1'><testcase name='a'/></testsuite>").reason())
        .isEqualTo("1 of 1 tests failed or had errors");
    assertThat(look("<testsuite><error/><testcase name='a'/></testsuite>").reason())
        .isEqualTo("1 of 1 tests failed or had errors");
  }

  @Test
  void skippedTestsWereNotRun() throws Exception {
    Observation seen = look(begun("2026-03-02T11:00:00"), NOW, 3);
    assertThat(seen.reason()).isEqualTo("2 tests were run, and 3 are wanted");
    assertThat(look("<testsuites/>").reason()).isEqualTo("0 tests were run, and 1 are wanted");
  }

  @Test
  void testsThatGoogleTestWasToldToLeaveOutWereNotRun() throws Exception {
    assertThat(
            look("<testsuite tests='2'><testcase name='a' status='notrun'/>"
                    + "<testcase name='b' status='run' result='suppressed'/></testsuite>")
                .reason())
        .isEqualTo("0 tests were run, and 1 are wanted");
  }

  @Test
  void aReportOfARunThatEndedEarlyHasNotPassed() throws Exception {
    for (String report :
        List.of(
            "<testsuite tests='100'>%s</testsuite>",
            "<testsuites tests='100'><testsuite tests='3'>%s</testsuite></testsuites>",
            "<testsuites><testsuite tests='3'>%1$s</testsuite><testsuite tests='100'>%1$s"
                + "</testsuite></testsuites>")) {
      assertThat(look(report.formatted("<testcase name='a'/>".repeat(3))).reason())
          .as(report)
          .isEqualTo("97 tests are counted in it that it does not have");
    }
  }

  @Test
  void aReportThatDoesNotSayWhenItsTestsWereBegunIsTakenOnlyWhereThatIsAccepted() throws Exception {
    String report = "<testsuite><testcase name='a'/></testsuite>";
    assertThat(look(report).passed()).isTrue();
    assertThat(look(folder.resolve("report.xml"), 1, false).reason())
        .isEqualTo(
            "it does not say when its tests were begun; have it say so, or undated: accepted");
  }

  @Test
  void ofWhatIsNoReportOnlyItsHashIsKept() throws Exception {
    assertThat(look("hunter2").raw())
        .isEqualTo(
            "no report; 7 bytes, sha256"
                + " f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7\n");
  }

  @Test
  @Timeout(20)
  void nobodyWaitsForAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(look(pipe, 1).reason()).endsWith("it is no file");
  }

  @Test
  void anOldReportHasExpired() throws Exception {
    Observation seen = look(begun("2026-03-02T11:00:00"), NOW.minus(Duration.ofHours(25)), 1);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .isEqualTo("the report was written at 2026-03-01T11:00:00Z, more than 1 days ago");
  }

  @Test
  void anOldReportThatWasCopiedHasExpiredToo() throws Exception {
    assertThat(look(begun("2026-03-01T11:59:59Z")).reason())
        .isEqualTo("its tests were begun at 2026-03-01T11:59:59Z, more than 1 days ago");
    assertThat(look(begun("2026-02-28T23:59:59")).reason())
        .as("without a zone, and too old in every one")
        .startsWith("its tests were begun at 2026-03-01T11:59:59Z");
    assertThat(look(begun("2026-03-01T12:30:00")).passed()).as("fresh in some zone").isTrue();
  }

  @Test
  void aReportOfTheFutureIsNone() throws Exception {
    assertThat(look(begun("2026-03-02T11:00:00"), NOW.plusSeconds(3600), 1).reason())
        .endsWith("which is yet to come");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE testsuite><testsuite><testcase name='a'/></testsuite>",
        "<!DOCTYPE t [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><testsuite>"
            + "<testcase name='a'>&x;</testcase></testsuite>",
        "<!DOCTYPE t [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><testsuite><testcase name='a'>&b;"
            + "</testcase></testsuite>",
        "<testsuite><testcase name='a'>&x;</testcase></testsuite>",
        "<testsuite><testcase name='a'/>",
        "<html/>",
        "<testsuite failures='none'><testcase name='a'/></testsuite>",
        "<testsuite timestamp='yesterday'><testcase name='a'/></testsuite>",
        "41 of 41",
        ""
      })
  void whatIsNoReportOrWouldHaveTheParserFetchIsRefused(String report) throws Exception {
    Observation seen = look(report);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).contains("cannot be read").doesNotContain("root:");
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    assertThat(look("<testsuite>" + "<x>".repeat(10_000)).reason()).contains("cannot be read");
  }

  @Test
  void aReportThatIsNotThereOrTooLargeHasNotPassed() throws Exception {
    assertThat(look(folder.resolve("none.xml"), 1).reason()).endsWith("there is none");
    assertThat(look(folder, 1).passed()).isFalse();
    Path large = folder.resolve("large.xml");
    Files.write(large, new byte[JunitProbe.BYTES_MAX + 1]);
    assertThat(look(large, 1).reason()).endsWith("more than 16 MiB");
  }
}
