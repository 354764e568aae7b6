package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a PgBouncer told of a database at one moment.
 *
 * @param place where it leads new connections
 * @param paused whether nobody can begin a transaction
 * @param disabled whether it turns new clients away
 * @param mode its {@code pool_mode}, or that of a user's connections to it when they are pooled by
 *     session; empty when it has none of its own
 * @param active transactions, or queries outside of one, that are under way
 * @param waiting clients that wait for a connection
 * @param longest how long the first of them has waited
 */
record Sight(
    Place place,
    boolean paused,
    boolean disabled,
    String mode,
    long active,
    long waiting,
    Duration longest) {

  /** Asks for a database by its name. */
  static Sight of(Console console, String name) {
    Map<String, String> row = row(console, name);
    long active = 0;
    long waiting = 0;
    Duration longest = Duration.ZERO;
    String mode = row.getOrDefault("pool_mode", "");
    List<Map<String, String>> pools = console.ask("SHOW POOLS");
    for (Map<String, String> pool : pools) {
      if (name.equals(pool.get("database"))) {
        mode = pool.getOrDefault("pool_mode", "").equals("session") ? "session" : mode;
        active += number(pool, "sv_active");
        waiting += number(pool, "cl_waiting");
        Duration wait =
            Duration.ofSeconds(number(pool, "maxwait"))
                .plusNanos(1000 * number(pool, "maxwait_us"));
        longest = wait.compareTo(longest) > 0 ? wait : longest;
      }
    }
    return new Sight(
        place(row),
        number(row, "paused") != 0,
        number(row, "disabled") != 0,
        mode,
        active,
        waiting,
        longest);
  }

  /** Where a database leads new connections. */
  static Place placeOf(Console console, String name) {
    return place(row(console, name));
  }

  private static Place place(Map<String, String> row) {
    return new Place(
        row.getOrDefault("host", ""), (int) number(row, "port"), row.getOrDefault("database", ""));
  }

  private static Map<String, String> row(Console console, String name) {
    return console
        .database(name)
        .orElseThrow(() ->
            new OutsideException(
                PgbouncerProblem.CONFIGURATION,
                "cannot lead by PgBouncer %s: it has no database \"%s\"; does its"
                        .formatted(console.control(), name)
                    + " configuration include the file of the route?"));
  }

  private static long number(Map<String, String> row, String column) {
    String text = row.getOrDefault(column, "");
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  /** The values of settings, by their names. */
  static Map<String, String> settings(Console console) {
    var settings = new HashMap<String, String>();
    for (Map<String, String> row : console.ask("SHOW CONFIG")) {
      settings.put(row.getOrDefault("key", ""), row.getOrDefault("value", ""));
    }
    return settings;
  }
}
