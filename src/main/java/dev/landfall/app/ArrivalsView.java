package dev.landfall.app;

import dev.landfall.promotion.World;
import dev.landfall.routing.Arrivals;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Who still comes to the side that users were led away from, in words. */
final class ArrivalsView {
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
                    + " since "
                    + since.truncatedTo(ChronoUnit.SECONDS)
                    + arrivals
                        .last()
                        .map(last -> ", the last by " + last.truncatedTo(ChronoUnit.SECONDS))
                        .orElse(""))
            .orElse("who still comes to the " + side + " is not counted yet");
    return counted + arrivals.whyNot().map(why -> "; nothing newer is known: " + why).orElse("");
  }

  private static String counted(Arrivals arrivals) {
    return switch ((int) Math.min(2, arrivals.requests())) {
      case 0 -> "no request has";
      case 1 -> "1 request has";
      default -> String.format(Locale.ROOT, "%,d requests have", arrivals.requests());
    };
  }
}
