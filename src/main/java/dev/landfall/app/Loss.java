package dev.landfall.app;

import dev.landfall.adapter.postgres.PostgresRemains;
import dev.landfall.engine.EventCodec;
import dev.landfall.engine.Journal;
import dev.landfall.promotion.Event;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts what a given-up side means into words: what is missing, and what is left behind there. */
final class Loss {
  private Loss() {}

  /** The lines for people; empty when no side was given up in this history. */
  static List<String> of(Workload workload, List<Journal.Entry> history) {
    Optional<Event.SideGivenUp> given =
        history.reversed().stream()
            .filter(entry -> entry.draft().type().equals(type()))
            .findFirst()
            .map(entry -> EventCodec.read(entry.draft().type(), entry.draft().payload()))
            .map(Event.SideGivenUp.class::cast);
    return given.map(event -> lines(workload, event)).orElse(List.of());
  }

  private static String type() {
    return Event.SideGivenUp.class.getSimpleName();
  }

  private static List<String> lines(Workload workload, Event.SideGivenUp given) {
    var lines = new ArrayList<String>();
    Side lost = given.lost();
    if (given.heard().isEmpty()) {
      lines.add("no write is missing: the " + lost.other().word() + " owned the data already");
    }
    given.heard().forEach(heard -> lines.add(missing(heard, given)));
    lines.add(
        "when the "
            + lost.word()
            + " comes back, a controller fences and unlinks it; keep its applications away until"
            + " then. Without a controller, run there, in this order; the first closes the fence:");
    for (Asset.Data asset : workload.data()) {
      if (asset.kind().equals("postgres")) {
        PostgresRemains.sql(workload.name(), asset, lost)
            .forEach(sql -> lines.add("  " + asset.name() + ": " + sql));
      }
    }
    return lines;
  }

  private static String missing(Event.Heard heard, Event.SideGivenUp given) {
    return heard.asset()
        + ": "
        + heard
            .until()
            .map(until -> missing(until, given))
            .orElse("it is not known which writes are missing: nothing of it was ever heard");
  }

  private static String missing(Instant until, Event.SideGivenUp given) {
    Duration before = Duration.between(until, given.at());
    return "every write of the "
        + given.lost().word()
        + " until "
        + until
        + " (its clock) is there; what it accepted later is missing. That was "
        + Math.max(0, before.toSeconds())
        + " s before it was given up";
  }
}
