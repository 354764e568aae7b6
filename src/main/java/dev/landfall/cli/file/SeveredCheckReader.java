package dev.landfall.cli.file;

import dev.landfall.workload.GateCheck;
import dev.landfall.workload.Network;
import java.time.Duration;
import java.util.Optional;

/** A check of who is connected to what will be cut off. */
final class SeveredCheckReader {
  static final String KIND = "severed";

  private static final int LIST_MAX = 1000;
  private static final Duration LASTING = Duration.ofHours(1);
  private static final Duration LASTING_MIN = Duration.ofSeconds(1);
  private static final Duration LASTING_MAX = Duration.ofDays(1);
  private static final Duration EVERY = Duration.ofMillis(500);
  private static final Duration EVERY_MIN = Duration.ofMillis(50);
  private static final Duration EVERY_MAX = Duration.ofMinutes(1);

  /** For what is before the first look and behind the last one. */
  private static final Duration SPARE = Duration.ofMinutes(1);

  private SeveredCheckReader() {}

  static GateCheck read(Section section) {
    GateCheck check =
        new CheckSettings(section)
            .list("databases", Field::name, 1, LIST_MAX)
            .list("networks", SeveredCheckReader::network, 1, LIST_MAX)
            .list("applications", Field::text, 1, LIST_MAX)
            .text("local", ReachCheckReader::accepted)
            .text("brief", ReachCheckReader::accepted)
            .time("for", LASTING_MIN, LASTING_MAX, LASTING)
            .time("every", EVERY_MIN, EVERY_MAX, EVERY)
            .check(KIND);
    Duration lasting = Duration.parse(check.setting("for").orElseThrow());
    return new GateCheck(KIND, lasting.plus(SPARE), check.settings());
  }

  private static Optional<String> network(Field field) {
    Optional<String> text = field.text();
    try {
      return text.map(Network::parse).map(Network::text);
    } catch (IllegalArgumentException e) {
      field.wrong(String.valueOf(e.getMessage()), "a network looks like 10.1.0.0/16");
      return Optional.empty();
    }
  }
}
