package dev.landfall.adapter.junit;

import java.io.ByteArrayInputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * What a report counts. It comes from elsewhere, so the parser knows no document types and no
 * entities of their own: nothing is fetched and nothing is expanded.
 */
final class Tally {
  /** As far as any clock on earth may be behind UTC. */
  private static final ZoneOffset LATEST = ZoneOffset.ofHours(-12);

  private static final int DEPTH_MAX = 64;

  private int tests;
  private int bad;
  private int skipped;
  private int suiteFaults;
  private Optional<Instant> begun = Optional.empty();
  private @Nullable Mark current;
  private int missing;
  private final Deque<Suite> open = new ArrayDeque<>();

  /**
   * One that has begun.
   *
   * @param before how many tests were told of until then
   * @param declared how many it says that it has; 0 when it does not say
   */
  private record Suite(int before, int declared) {}

  private enum Mark {
    GOOD,
    BAD,
    SKIPPED
  }

  /**
   * Counts.
   *
   * @throws XMLStreamException when it is no such report, or has a document type
   */
  static Tally of(byte[] report) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    var tally = new Tally();
    XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(report));
    try {
      tally.read(reader);
    } finally {
      reader.close();
    }
    return tally;
  }

  private void read(XMLStreamReader reader) throws XMLStreamException {
    int depth = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.DTD ->
            throw new XMLStreamException("it has a document type, which no report needs");
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XMLStreamException("it has an entity of its own, which no report needs");
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          String name = reader.getLocalName();
          if (depth == 1 && !name.equals("testsuites") && !name.equals("testsuite")) {
            throw new XMLStreamException(
                "it is no report of tests: it begins with " + quoted(name));
          }
          if (depth > DEPTH_MAX) {
            throw new XMLStreamException("its elements are nested deeper than " + DEPTH_MAX);
          }
          begin(reader, name);
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          end(reader.getLocalName());
        }
        default -> {
          // Text and comments count nothing.
        }
      }
    }
  }

  private static String quoted(String name) {
    return "\"" + (name.length() > 40 ? name.substring(0, 40) + "..." : name) + "\"";
  }

  private void begin(XMLStreamReader reader, String name) throws XMLStreamException {
    switch (name) {
      case "testcase" -> current = wasRun(reader) ? Mark.GOOD : Mark.SKIPPED;
      case "failure", "error" -> {
        if (current == null) {
          suiteFaults++;
        } else {
          current = Mark.BAD;
        }
      }
      case "skipped" -> current = current == Mark.GOOD ? Mark.SKIPPED : current;
      case "testsuite", "testsuites" -> suite(reader);
      default -> {
        // What was printed, and properties.
      }
    }
  }

  /** GoogleTest has tests in its report that it was told to leave out. */
  private static boolean wasRun(XMLStreamReader reader) {
    return !"notrun".equalsIgnoreCase(reader.getAttributeValue(null, "status"))
        && !"suppressed".equalsIgnoreCase(reader.getAttributeValue(null, "result"));
  }

  private void end(String name) {
    if (name.equals("testsuite") || name.equals("testsuites")) {
      Suite suite = open.pop();
      missing = Math.max(missing, suite.declared() - (tests - suite.before()));
    }
    if (name.equals("testcase") && current != null) {
      tests++;
      bad += current == Mark.BAD ? 1 : 0;
      skipped += current == Mark.SKIPPED ? 1 : 0;
      current = null;
    }
  }

  /** A suite may fail as a whole, without a test that does; then only its attributes say so. */
  private void suite(XMLStreamReader reader) throws XMLStreamException {
    open.push(new Suite(tests, number(reader, "tests")));
    suiteFaults = Math.max(suiteFaults, number(reader, "failures") + number(reader, "errors"));
    String timestamp = reader.getAttributeValue(null, "timestamp");
    if (timestamp != null && !timestamp.isBlank()) {
      Instant at = instant(timestamp.strip());
      begun = Optional.of(begun.filter(each -> each.isBefore(at)).orElse(at));
    }
  }

  private static int number(XMLStreamReader reader, String attribute) throws XMLStreamException {
    String text = reader.getAttributeValue(null, attribute);
    if (text == null || text.isBlank()) {
      return 0;
    }
    if (!text.strip().matches("[0-9]{1,9}")) {
      throw new XMLStreamException("its attribute " + attribute + " is no number");
    }
    return Integer.parseInt(text.strip());
  }

  /** Most tools write no zone; then it is the latest moment that it can mean anywhere. */
  private static Instant instant(String text) throws XMLStreamException {
    try {
      return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(LATEST);
    } catch (DateTimeException e) {
      throw new XMLStreamException("its timestamp is no time", e);
    }
  }

  /** How many tests it tells of. */
  int tests() {
    return tests;
  }

  /** How many of them were run. */
  int ran() {
    return tests - skipped;
  }

  /** How many a suite says that it has, and has not: it was ended early, or cut. */
  int missing() {
    return missing;
  }

  /** How many failed or had errors, by the tests or by what the suites say, whichever is more. */
  int bad() {
    return Math.max(bad, suiteFaults);
  }

  /** When the first suite began, at the latest; absent when none says so. */
  Optional<Instant> begun() {
    return begun;
  }
}
