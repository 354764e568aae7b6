package dev.landfall.adapter.postgres;

import dev.landfall.replication.Occupation;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who holds locks on users' tables of a side that the fence would have to wait for, longer than
 * ordinary writers do.
 *
 * <p>A role that may not read all statistics is told neither what another's session is nor since
 * when its transaction is open. The server's own vacuum is then known by belonging to no role, and
 * an age by what was seen before; so this remembers, and is for one thread at a time. Who is there
 * at the first look counts as old: an ordinary transaction is gone by the second.
 */
final class Occupants {
  /** A vacuum of fewer pages is over sooner than it could be called off, if nothing slows it. */
  private static final int LARGE_PAGES = 1000;

  /** A vacuum that takes longer is not over soon, however small its table. */
  private static final Duration VACUUM_BRIEF = Duration.ofMillis(200);

  /** Every mode of locks that SHARE ROW EXCLUSIVE conflicts with, one row a transaction. */
  private static final String SQL =
      """
      SELECT DISTINCT ON (l.pid, l.virtualtransaction) u.name, u.large, l.mode, l.pid,
        l.virtualtransaction AS transaction, clock_timestamp() AS now, a.usename,
        a.application_name, p.gid, coalesce(a.xact_start, p.prepared) AS since,
        coalesce(a.backend_type = 'autovacuum worker', a.pid IS NOT NULL AND a.usesysid IS NULL)
          AS autovacuum,
        u.aged OR coalesce(a.query LIKE '%%(to prevent wraparound)', false) AS needed
      FROM (SELECT relation, mode, pid, virtualtransaction FROM pg_locks
        WHERE granted AND locktype = 'relation' AND pid IS DISTINCT FROM pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND mode IN ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
            'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') OFFSET 0) l
      CROSS JOIN LATERAL (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
          c.relpages >= %d AS large,
          (c.relfrozenxid <> '0' AND age(c.relfrozenxid) > least(
            current_setting('autovacuum_freeze_max_age')::int, (SELECT option_value::int
              FROM pg_options_to_table(c.reloptions)
              WHERE option_name = 'autovacuum_freeze_max_age')))
          OR (c.relminmxid <> '0' AND mxid_age(c.relminmxid) > least(
            current_setting('autovacuum_multixact_freeze_max_age')::int, (SELECT option_value::int
              FROM pg_options_to_table(c.reloptions)
              WHERE option_name = 'autovacuum_multixact_freeze_max_age'))) AS aged
        %s AND c.oid = l.relation) u
      LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      LEFT JOIN pg_prepared_xacts p
        ON l.pid IS NULL AND l.virtualtransaction = '-1/' || p.transaction::text
      WHERE (a.usename = current_user AND a.application_name LIKE 'landfall%%') IS NOT TRUE
        AND NOT EXISTS (SELECT FROM pg_stat_subscription s
          WHERE s.pid = l.pid AND s.subname = '%s')
      ORDER BY l.pid, l.virtualtransaction, u.name
      """;

  private final String sql;
  private boolean looked;
  private Map<String, Sighting> seen = Map.of();

  /**
   * Since when somebody is known to hold a table.
   *
   * @param older whether he may have held it for long by then, because nobody had looked before
   */
  private record Sighting(Instant since, boolean older) {}

  /**
   * One transaction, or one vacuum.
   *
   * @param table one of the tables that it holds
   * @param large whether a vacuum of that table takes long
   * @param who the server's name for it, the same as long as it goes on
   * @param holder for people
   * @param remedy what a person can do about it
   * @param since when it began, by the server's clock; absent when the role may not know
   * @param now the server's clock
   * @param autovacuum whether it is the server's own, of which others' locks are worth more
   * @param needed whether it goes on all the same, to prevent wraparound
   */
  record Occupant(
      String table,
      boolean large,
      String who,
      String holder,
      String remedy,
      Optional<Instant> since,
      Instant now,
      boolean autovacuum,
      boolean needed) {
    boolean yields() {
      return autovacuum && !needed;
    }
  }

  /**
   * @param side whose tables they hold
   */
  Occupants(Side side, LinkNames names) {
    sql = SQL.formatted(LARGE_PAGES, WriteFence.USERS_TABLES, names.link(side.other()));
  }

  /** Everybody who holds such a lock now, however short. */
  List<Occupant> all(Connection connection) throws SQLException {
    return new Catalog(connection).rows(sql, Occupants::occupant);
  }

  private static Occupant occupant(ResultSet row) throws SQLException {
    String gid = Optional.ofNullable(row.getString("gid")).orElse("");
    boolean autovacuum = row.getBoolean("autovacuum");
    boolean needed = row.getBoolean("needed");
    long pid = row.getLong("pid");
    String holder;
    String remedy;
    if (!gid.isEmpty()) {
      holder = "prepared transaction '" + gid + "'";
      remedy = "commit it or roll it back there";
    } else if (autovacuum) {
      holder = "the server's own vacuum, process " + pid;
      remedy =
          needed
              ? "it prevents wraparound and must come to its end"
              : "it is called off before a cutover begins";
    } else {
      String program = Optional.ofNullable(row.getString("application_name")).orElse("");
      holder =
          "process %d of %s%s with %s"
              .formatted(
                  pid,
                  Optional.ofNullable(row.getString("usename")).orElse("nobody"),
                  program.isEmpty() ? "" : " (" + program + ")",
                  row.getString("mode"));
      remedy = "let it end, or end it there: SELECT pg_terminate_backend(" + pid + ")";
    }
    return new Occupant(
        row.getString("name"),
        row.getBoolean("large"),
        pid + " " + row.getString("transaction"),
        holder,
        remedy,
        instant(row, "since"),
        instant(row, "now").orElseThrow(),
        autovacuum,
        needed);
  }

  /**
   * What keeps the fence from being turned: first who must be waited for, and of these the oldest.
   *
   * @param ordinary how long a transaction may be open without being worth a word
   */
  Optional<Occupation> look(Connection connection, Duration ordinary) throws SQLException {
    List<Occupant> all = all(connection);
    var now = new HashMap<String, Sighting>();
    all.forEach(each -> now.put(each.who(), sighting(each)));
    seen = now;
    looked = true;
    return all.stream()
        .filter(each -> counts(each, ordinary))
        .min(Comparator.comparing(Occupant::yields).thenComparing(each -> sighting(each).since()))
        .map(each -> new Occupation(words(each), each.yields()));
  }

  private boolean counts(Occupant each, Duration ordinary) {
    Duration held = Duration.between(sighting(each).since(), each.now());
    return each.autovacuum()
        ? each.large() || held.compareTo(VACUUM_BRIEF) >= 0
        : sighting(each).older() || held.compareTo(ordinary) >= 0;
  }

  private Sighting sighting(Occupant each) {
    return each.since()
        .map(since -> new Sighting(since, false))
        .or(() -> Optional.ofNullable(seen.get(each.who())))
        .orElseGet(() -> new Sighting(each.now(), !looked));
  }

  private String words(Occupant each) {
    return "%s is held since %s by %s; %s"
        .formatted(
            each.table(),
            sighting(each).since().truncatedTo(ChronoUnit.SECONDS),
            each.holder(),
            each.remedy());
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    @Nullable OffsetDateTime found = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(found).map(OffsetDateTime::toInstant);
  }
}
