package dev.landfall.adapter.pgbouncer;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Standing;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the file of a route says: the last order for us, in remarks, and where its database is for
 * PgBouncer. Both change at once, as the file is replaced as a whole.
 *
 * @param standing the last order, and what became of its hold
 * @param paused whether we have paused the database, or are about to; what somebody else paused is
 *     not ours to resume
 * @param heldMax the longest that anybody waited in a hold, since the file was made
 */
record Kept(Standing standing, boolean paused, Duration heldMax, Entry entry) {
  private static final String REMARK = ";landfall ";
  private static final String FORM = "1";

  private static final String HEAD =
      """
      ; Landfall leads this database, and writes this file anew with each order: do not edit it while
      ; a promotion is under way. Settings of the database's own behind dbname are kept.
      """;

  /**
   * Reads a file. One without remarks never had an order.
   *
   * @throws IllegalArgumentException when it is not as Landfall or the guide has it, with what was
   *     seen
   */
  static Kept parse(String text) {
    var words = new HashMap<String, String>();
    var lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    for (String line : lines) {
      if (line.startsWith(REMARK)) {
        String[] parts = line.substring(REMARK.length()).split(" ", 2);
        words.put(parts[0], parts.length < 2 ? "" : decode(parts[1]));
      }
    }
    var rest =
        lines.stream().filter(line -> !line.startsWith(";") && !line.startsWith("#")).toList();
    if (rest.size() != 2 || !rest.getFirst().equals("[databases]")) {
      throw new IllegalArgumentException("it is not [databases] and one database below it");
    }
    Entry entry = Entry.parse(rest.getLast());
    if (words.isEmpty()) {
      return new Kept(Standing.none(), false, Duration.ZERO, entry);
    }
    if (!FORM.equals(words.get("form"))) {
      throw new IllegalArgumentException("it is of another version of Landfall");
    }
    try {
      return new Kept(
          new Standing(
              order(words, "order."),
              order(words, "back."),
              Optional.ofNullable(words.get("held-since")).map(Instant::parse)),
          words.containsKey("paused"),
          Duration.parse(words.getOrDefault("held-max", "PT0S")),
          entry);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("one of its times is none: " + e.getMessage(), e);
    }
  }

  private static Optional<RouteOrder> order(Map<String, String> words, String prefix) {
    if (!words.containsKey(prefix + "epoch")) {
      return Optional.empty();
    }
    return Optional.of(
        new RouteOrder(
            Long.parseLong(words.getOrDefault(prefix + "epoch", "")),
            words.getOrDefault(prefix + "source", ""),
            words.getOrDefault(prefix + "target", ""),
            words.getOrDefault(prefix + "leads", "").equals("target")
                ? Cohort.EVERYBODY
                : Cohort.NOBODY,
            Optional.ofNullable(words.get(prefix + "hold")).map(Duration::parse),
            Optional.ofNullable(words.get(prefix + "health"))));
  }

  /** The text of the file. */
  String text() {
    var text = new StringBuilder(HEAD);
    add(text, "form", FORM);
    standing.order().ifPresent(order -> add(text, "order.", order));
    standing.fallback().ifPresent(order -> add(text, "back.", order));
    standing.heldSince().ifPresent(since -> add(text, "held-since", since.toString()));
    add(text, "held-max", heldMax.toString());
    if (paused) {
      add(text, "paused", "yes");
    }
    return text.append("[databases]\n").append(entry.line()).append('\n').toString();
  }

  private static void add(StringBuilder text, String prefix, RouteOrder order) {
    add(text, prefix + "epoch", String.valueOf(order.epoch()));
    add(text, prefix + "source", order.source());
    add(text, prefix + "target", order.target());
    add(text, prefix + "leads", order.cohort().isEverybody() ? "target" : "source");
    order.hold().ifPresent(hold -> add(text, prefix + "hold", hold.toString()));
    order.health().ifPresent(path -> add(text, prefix + "health", path));
  }

  private static void add(StringBuilder text, String key, String value) {
    text.append(REMARK).append(key).append(' ').append(encode(value)).append('\n');
  }

  /** So that no value ends its line; what addresses are made of stays as it is. */
  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("%3A", ":").replace("%2F", "/");
  }

  private static String decode(String value) {
    return URLDecoder.decode(value, StandardCharsets.UTF_8);
  }

  /** The same, after another order. */
  Kept with(Standing next) {
    return new Kept(next, paused, heldMax, entry);
  }

  /** The same, leading there. */
  Kept to(Place place) {
    return new Kept(standing, paused, heldMax, entry.to(place));
  }

  /** The same, paused by us or no more. */
  Kept paused(boolean now) {
    return new Kept(standing, now, heldMax, entry);
  }

  /** The same, once somebody has waited for so long. */
  Kept held(Duration longest) {
    return longest.compareTo(heldMax) > 0 ? new Kept(standing, paused, longest, entry) : this;
  }

  /** Where its clients are to be led at a moment; where they are now before the first order. */
  Place wanted(Instant now) {
    if (standing.holding(now)) {
      return standing.order().map(order -> side(order).nowhere()).orElseGet(entry::place);
    }
    return standing.inForce(now).map(Kept::side).orElseGet(entry::place);
  }

  private static Place side(RouteOrder order) {
    return Place.parse(order.cohort().isEverybody() ? order.target() : order.source());
  }
}
