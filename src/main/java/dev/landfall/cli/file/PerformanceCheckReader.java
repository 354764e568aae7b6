package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A check of a service under load. The result counts only when there is no mistake. */
final class PerformanceCheckReader {
  static final String KIND = "performance";

  private static final Duration LASTING = Duration.ofMinutes(10);
  private static final Duration LASTING_MIN = Duration.ofSeconds(10);
  private static final Duration LASTING_MAX = Duration.ofHours(1);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration ANSWER_MAX_MIN = Duration.ofMillis(100);
  private static final Duration ANSWER_MAX_MAX = Duration.ofMinutes(1);
  private static final Duration SLOWER_BY_MAX = Duration.ofSeconds(10);
  private static final Duration FRESH = Duration.ofDays(1);
  private static final Duration FRESH_MIN = Duration.ofMinutes(1);
  private static final Duration FRESH_MAX = Duration.ofDays(30);

  /** For what is between the last answer and the end of the check. */
  private static final Duration SPARE = Duration.ofMinutes(1);

  private static final int RATE = 50;
  private static final int RATE_MAX = 1_000;
  private static final int PATHS_MAX = 100;

  /** With fewer not even twice as many slow answers could be told from chance. */
  private static final long REQUESTS_MIN = 2_000;

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,4}");
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,4}(?:\\.[0-9]{1,4})?) ?%");

  /** Nothing in it can lead to another host. */
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?");

  private PerformanceCheckReader() {}

  static Optional<GateCheck> read(Section section) {
    var settings = new HashMap<String, String>();
    section.field("asset").flatMap(Field::name).ifPresent(name -> settings.put("asset", name));
    section
        .field("paths")
        .map(PerformanceCheckReader::paths)
        .ifPresent(paths -> settings.put("paths", String.join("\n", paths)));
    section
        .field("expect")
        .map(field -> ExpectReader.lines(field, settings.getOrDefault("paths", "")))
        .filter(lines -> !lines.isEmpty())
        .ifPresent(lines -> settings.put("expect", String.join("\n", lines)));
    int rate = section.field("rate").flatMap(PerformanceCheckReader::rate).orElse(RATE);
    Duration lasting = time(section, "for", LASTING_MIN, LASTING_MAX).orElse(LASTING);
    if (rate * lasting.toSeconds() < REQUESTS_MIN) {
      section.wrong(
          "rate times for is %d requests, of which nothing can be proven"
              .formatted(rate * lasting.toSeconds()),
          "at least %d: raise one of them".formatted(REQUESTS_MIN));
    }
    Duration answerMax = time(section, "wait", ANSWER_MAX_MIN, ANSWER_MAX_MAX).orElse(ANSWER_MAX);
    settings.put("rate", String.valueOf(rate));
    settings.put("for", lasting.toString());
    settings.put("wait", answerMax.toString());
    settings.put(
        "slower-by",
        time(section, "slower-by", Duration.ZERO, SLOWER_BY_MAX).orElse(Duration.ZERO).toString());
    share(section, "margin", "0", "1000", "25", settings);
    share(section, "tolerate", "0.01", "50", "1", settings);
    section
        .field("baseline")
        .flatMap(AssetReader::absolutePath)
        .ifPresent(path -> settings.put("baseline", path));
    settings.put("fresh", time(section, "fresh", FRESH_MIN, FRESH_MAX).orElse(FRESH).toString());
    Duration timeout = lasting.plus(answerMax).plus(SPARE);
    return Optional.of(new GateCheck(KIND, timeout, settings));
  }

  private static Optional<Duration> time(Section section, String key, Duration min, Duration max) {
    return section.field(key).flatMap(field -> GateReader.time(field, min, max));
  }

  private static List<String> paths(Field field) {
    var paths = new ArrayList<String>();
    List<Field> elements = field.elements();
    if (elements.isEmpty() || elements.size() > PATHS_MAX) {
      field.wrong("there are " + elements.size(), "from 1 to " + PATHS_MAX);
    }
    for (Field element : elements) {
      element.text(PATH, _ -> "the text is no path (not shown)").ifPresent(paths::add);
    }
    return paths;
  }

  private static Optional<Integer> rate(Field field) {
    var text = field.text(NUMBER, each -> Names.shown(each) + " is not allowed");
    boolean fits = text.map(Integer::parseInt).filter(each -> each <= RATE_MAX).isPresent();
    if (text.isPresent() && !fits) {
      field.wrong(Names.shown(text.get()) + " is not allowed");
    }
    return fits ? text.map(Integer::parseInt) : Optional.empty();
  }

  /** Kept in percent. */
  private static void share(
      Section section, String key, String min, String max, String usual, Map<String, String> into) {
    into.put(key, usual);
    section
        .field(key)
        .ifPresent(field ->
            field
                .text(SHARE, each -> Names.shown(each) + " is not allowed")
                .ifPresent(text -> {
                  var share = new BigDecimal(text.replaceAll("[ %]", ""));
                  if (share.compareTo(new BigDecimal(min)) < 0
                      || share.compareTo(new BigDecimal(max)) > 0) {
                    field.wrong(Names.shown(text) + " is not allowed");
                  }
                  into.put(key, share.stripTrailingZeros().toPlainString());
                }));
  }
}
