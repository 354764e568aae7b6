package dev.landfall.cli.file;

import dev.landfall.workload.Flight;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Terms;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys that say what users who fly are judged by: those of the plan, or of one step. */
final class TermsReader {
  private static final Pattern COUNT = Pattern.compile("[1-9]\\d{0,8}|1000000000");
  private static final int COUNT_MAX = 1_000_000_000;

  /** The router counts every user while it remembers so many in trouble, and a sample beyond. */
  private static final int USERS_MAX = 30_000;

  private static final Duration SLOWER_BY_MAX = Duration.ofSeconds(10);
  private static final List<String> LATENCY =
      Arrays.stream(Scrutiny.Latency.values()).map(Scrutiny.Latency::word).toList();

  private TermsReader() {}

  /** What the file says; what it does not, or says wrongly, is absent. */
  static Terms read(Section section) {
    return new Terms(
        section
            .field("margin")
            .flatMap(field -> FlightsReader.share(field, 1, 10 * Flight.ALL))
            .map(TermsReader::part),
        section
            .field("latency")
            .flatMap(field -> field.word(LATENCY))
            .flatMap(word ->
                Arrays.stream(Scrutiny.Latency.values())
                    .filter(each -> each.word().equals(word))
                    .findFirst()),
        section
            .field("slower-by")
            .flatMap(field -> FlightsReader.time(field, Duration.ZERO, SLOWER_BY_MAX)),
        section
            .field("errors-max")
            .flatMap(field -> FlightsReader.share(field, 1, Flight.ALL))
            .map(TermsReader::part),
        section.field("excess-max").flatMap(field -> count(field, COUNT_MAX)),
        section.field("users-max").flatMap(field -> count(field, USERS_MAX)));
  }

  private static double part(int share) {
    return share / (double) Flight.ALL;
  }

  private static Optional<Integer> count(Field field, int most) {
    Optional<String> text = field.text();
    Optional<Integer> count =
        text.filter(digits -> COUNT.matcher(digits).matches())
            .map(Integer::valueOf)
            .filter(number -> number <= most);
    if (text.isPresent() && count.isEmpty()) {
      field.wrong(Names.shown(text.get()) + " is not allowed");
    }
    return count;
  }
}
