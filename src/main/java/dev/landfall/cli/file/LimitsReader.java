package dev.landfall.cli.file;

import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The mapping {@code limits}. */
final class LimitsReader {
  private static final Limits DEFAULTS = Limits.DEFAULTS;
  private static final long RETAINED_MIN_BYTES = 16L << 20; // one segment of PostgreSQL's log
  private static final String TIME_FORM = "a time looks like 500ms, 5s, 30m, 1h30m or 2d";

  private final Section section;

  /** Whether values may be compared: after a mistake, a default stands in for what was meant. */
  private boolean timesAreRight = true;

  private LimitsReader(Section section) {
    this.section = section;
  }

  static Limits read(Optional<Field> field) {
    return field
        .flatMap(given -> Section.of(given, "limits.", Vocabulary.LIMITS))
        .map(section -> new LimitsReader(section).read())
        .orElse(DEFAULTS);
  }

  private Limits read() {
    Duration hold =
        time("hold", Duration.ofMillis(500), Duration.ofMinutes(5)).orElse(DEFAULTS.hold());
    // With a hold of one's own the two parts of it keep their share, else a short one would
    // contradict values that the author never wrote.
    Duration settle =
        time("settle", Duration.ZERO, Duration.ofMinutes(5)).orElse(hold.dividedBy(5));
    Duration lockWait =
        time("lock-wait", Duration.ofMillis(1), Duration.ofMinutes(5))
            .orElse(hold.multipliedBy(2).dividedBy(5));
    var limits =
        new Limits(
            hold,
            settle,
            lockWait,
            time("lag", Duration.ofMillis(1), Duration.ofHours(1)).orElse(DEFAULTS.lagMax()),
            time("retry-pause", Duration.ofMillis(100), Duration.ofDays(1))
                .orElse(DEFAULTS.retryPause()),
            (int) number("cutover-attempts", 1, 100).orElse(DEFAULTS.cutoverAttemptsMax()),
            time("soak", Duration.ZERO, Duration.ofDays(365)).orElse(DEFAULTS.soak()),
            section.field("bandwidth").flatMap(LimitsReader::bandwidth),
            section
                .field("retained")
                .map(LimitsReader::retained)
                .orElse(OptionalLong.empty())
                .orElse(DEFAULTS.retainedBytesMax()),
            number("sequence-margin", 0, 1_000_000_000).orElse(DEFAULTS.sequenceMargin()));
    if (timesAreRight) {
      checkTogether(limits);
    }
    return limits;
  }

  private void checkTogether(Limits limits) {
    Duration parts = limits.settle().plus(limits.lockWait());
    Duration room = limits.hold().minus(limits.commitMargin());
    if (parts.compareTo(room) >= 0) {
      section.wrong(
          "settle (%s) and lock-wait (%s) take %s of a hold of %s"
              .formatted(
                  Quantities.write(limits.settle()),
                  Quantities.write(limits.lockWait()),
                  Quantities.write(parts),
                  Quantities.write(limits.hold())),
          "together they stay below four fifths of the hold: " + Quantities.write(room));
    }
  }

  private Optional<Duration> time(String key, Duration min, Duration max) {
    var field = section.field(key);
    var text = field.flatMap(Field::text);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var time = Quantities.time(text.get());
    if (time.isEmpty()) {
      timesAreRight = false;
      field.get().wrong(Names.shown(text.get()) + " is not a time", TIME_FORM);
      return Optional.empty();
    }
    if (time.get().compareTo(min) < 0 || time.get().compareTo(max) > 0) {
      timesAreRight = false;
      field
          .get()
          .wrong(
              Names.shown(text.get()) + " is out of bounds",
              "allowed: " + Quantities.write(min) + " to " + Quantities.write(max));
      return Optional.empty();
    }
    return time;
  }

  private OptionalLong number(String key, long min, long max) {
    var field = section.field(key);
    var text = field.flatMap(Field::text);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (text.get().matches("[0-9]{1,12}")) {
      long value = Long.parseLong(text.get());
      if (value >= min && value <= max) {
        return OptionalLong.of(value);
      }
    }
    field.get().wrong(Names.shown(text.get()) + " is not allowed");
    return OptionalLong.empty();
  }

  private static Optional<Bandwidth> bandwidth(Field field) {
    var text = field.text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Bandwidth.parse(text.get()));
    } catch (IllegalArgumentException e) {
      field.wrong(
          Names.shown(text.get()) + " is not a bandwidth",
          "a bandwidth is above zero and looks like 200 Mbit/s (bit/s, kbit/s, Mbit/s, Gbit/s)");
      return Optional.empty();
    }
  }

  private static OptionalLong retained(Field field) {
    var text = field.text();
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    var size = Quantities.size(text.get());
    if (size.isEmpty() || size.getAsLong() < RETAINED_MIN_BYTES) {
      field.wrong(
          Names.shown(text.get()) + " is not a size that can be kept",
          "a size looks like 500 MB or 10 GiB, and is at least 16 MiB");
      return OptionalLong.empty();
    }
    return size;
  }
}
