package dev.landfall.app;

import dev.landfall.promotion.World;
import dev.landfall.routing.Arrivals;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** Who comes to the side that nobody is led to, in words. */
final class ArrivalsView {
  /** So many of those who are away are named. */
  private static final int NAMED_MAX = 3;

  private ArrivalsView() {}

  /** A line for each route of which it is counted. */
  static List<String> of(World world) {
    var lines = new ArrayList<String>();
    new TreeMap<>(world.routes())
        .forEach((name, seen) ->
            seen.arrivals()
                .ifPresent(arrivals -> lines.add("route " + name + ": " + of(arrivals))));
    return lines;
  }

  private static String of(Arrivals arrivals) {
    String side = arrivals.at().word();
    String counted =
        arrivals
            .since()
            .map(since ->
                counted(arrivals)
                    + " come to the "
                    + side
                    + at(" since ", Optional.of(since))
                    + at(", the last by ", arrivals.last())
                    + at("; counted until ", arrivals.until()))
            .orElse("who still comes to the " + side + " is not counted yet");
    return counted
        + away(arrivals.away())
        + arrivals.whyNot().map(why -> "; nothing newer is known: " + why).orElse("");
  }

  private static String at(String what, Optional<Instant> time) {
    return time.map(known -> what + known.truncatedTo(ChronoUnit.SECONDS)).orElse("");
  }

  private static String away(List<String> away) {
    if (away.isEmpty()) {
      return "";
    }
    int named = Math.min(NAMED_MAX, away.size());
    return "; without all of what came to "
        + String.join(", ", away.subList(0, named))
        + (away.size() > named ? " and " + (away.size() - named) + " more" : "")
        + ", which cannot be counted any more";
  }

  private static String counted(Arrivals arrivals) {
    return switch ((int) Math.min(2, arrivals.requests())) {
      case 0 -> "no request has";
      case 1 -> "1 request has";
      default -> String.format(Locale.ROOT, "%,d requests have", arrivals.requests());
    };
  }
}
