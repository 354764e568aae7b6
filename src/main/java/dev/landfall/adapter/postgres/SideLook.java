package dev.landfall.adapter.postgres;

import dev.landfall.replication.Fence;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one side tells about itself and about both links, read in one round trip.
 *
 * @param installed whether our tables are there
 * @param linked whether the marker table is there too: it goes when the link is severed
 * @param keeps whether a slot must be there, because later writes rely on it
 * @param held whether this side was told not to read the other, see {@link Links#hold}
 * @param way how this side's subscription reaches the other, see {@link Ways}
 * @param beat when the own heartbeat was last written, by this side's clock
 * @param peerBeat the other's last heartbeat that arrived here, by the other's clock
 * @param now this side's clock
 * @param slot the slot that keeps this side's writes; absent when there is none
 * @param kept the slot of ours for which this side keeps the most log; absent when there is none
 * @param publishes whether this side's tables are published
 * @param subscription the subscription that reads the other's slot; absent when there is none
 */
record SideLook(
    boolean installed,
    boolean linked,
    long epoch,
    boolean copied,
    boolean keeps,
    boolean held,
    String way,
    boolean copying,
    Optional<String> aligned,
    long refused,
    Optional<String> token,
    Optional<String> peerToken,
    Optional<Instant> beat,
    Optional<Instant> peerBeat,
    Instant now,
    Fence fence,
    Optional<Slot> slot,
    Optional<Kept> kept,
    boolean publishes,
    Optional<Subscription> subscription) {

  /**
   * A slot.
   *
   * @param lagBytes log after what the reader confirmed
   * @param retainedBytes log that the server keeps for it
   * @param lost whether the server has thrown away what the reader needs
   * @param confirmed the confirmed position, to tell progress by
   */
  record Slot(boolean active, long lagBytes, long retainedBytes, boolean lost, String confirmed) {}

  /**
   * What a slot costs the server's disk.
   *
   * @param slot its name
   * @param bytes log that the server cannot remove because of it
   */
  record Kept(String slot, long bytes) {}

  /**
   * A subscription.
   *
   * @param running whether its worker runs
   * @param errors times that its worker ended with an error since the server's statistics began
   */
  record Subscription(boolean enabled, boolean running, long errors) {}

  /** The advisory lock that a copy holds on its target as long as it runs. */
  static final long COPY_LOCK = 0x1a2d_fa11_0002L;

  private static final String CONTROL =
      """
      SELECT c.epoch, c.copied, c.keeps, c.held, c.way, c.aligned, (SELECT CASE WHEN is_called
        THEN last_value ELSE 0 END FROM landfall.refused_writes) AS refused, true AS installed,
        c.workload, c.asset, %s AS ours
      FROM landfall.control c
      """
          .formatted(Control.OURS);

  private static final String NO_MARKER =
      "SELECT NULL AS token, NULL AS peer_token, NULL::timestamptz AS beat,"
          + " NULL::timestamptz AS peer_beat";
  private static final String NO_CONTROL =
      "SELECT 0::bigint AS epoch, false AS copied, false AS keeps, false AS held, 'direct' AS way,"
          + " NULL AS aligned, 0::bigint AS refused, false AS installed, NULL AS workload, NULL AS"
          + " asset, true AS ours";

  /** Whether nothing is missing here for both links to work. */
  boolean isWhole() {
    return linked
        && copied
        && !held
        && slot.filter(each -> !each.lost()).isPresent()
        && subscription.filter(Subscription::enabled).isPresent();
  }

  /**
   * Reads one side; what is missing there is no error.
   *
   * @throws dev.landfall.problem.OutsideException when the side is another promotion's: nothing of
   *     what is there is to be acted upon
   */
  static SideLook read(Connection connection, Side side, LinkNames names) throws SQLException {
    try {
      return read(connection, sql(CONTROL, marker(side), side, names), true);
    } catch (SQLException e) {
      if (!Control.isMissing(e)) {
        throw e;
      }
    }
    try {
      return read(connection, sql(CONTROL, NO_MARKER, side, names), false);
    } catch (SQLException e) {
      if (!Control.isMissing(e)) {
        throw e;
      }
    }
    return read(connection, sql(NO_CONTROL, NO_MARKER, side, names), false);
  }

  private static String sql(String control, String marker, Side side, LinkNames names) {
    return "SELECT * FROM ("
        + control
        + ") c, ("
        + marker
        + ") m, ("
        + catalogs(side, names)
        + ") r";
  }

  private static String marker(Side side) {
    return """
    SELECT o.token, p.token AS peer_token, o.beat, p.beat AS peer_beat
    FROM landfall.marker o, landfall.marker p WHERE o.origin = '%s' AND p.origin = '%s'
    """
        .formatted(side.word(), side.other().word());
  }

  private static String catalogs(Side side, LinkNames names) {
    return """
    SELECT clock_timestamp() AS now, f.tables, f.fenced, s.*, k.*, p.pubinsert,
      u.subenabled, u.running, u.errors, EXISTS (SELECT FROM pg_locks l WHERE l.granted
        AND l.locktype = 'advisory' AND l.objsubid = 1
        AND (l.classid::bigint << 32) + l.objid::bigint = %d
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        AS copying
    FROM (SELECT count(*) AS tables, count(*) FILTER (WHERE t.tgenabled = 'O') AS fenced %s) f
    LEFT JOIN (SELECT slot_name, active, coalesce(wal_status, 'lost') = 'lost' AS lost,
        pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint AS lag,
        pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint AS retained,
        confirmed_flush_lsn::text AS confirmed
      FROM pg_replication_slots
      WHERE slot_name = '%s' AND database = current_database()) s ON true
    LEFT JOIN (SELECT slot_name AS kept_for,
        pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint AS kept
      FROM pg_replication_slots
      WHERE starts_with(slot_name, '%s_') AND database = current_database()
      ORDER BY kept DESC NULLS LAST LIMIT 1) k ON true
    LEFT JOIN (SELECT pubinsert FROM pg_publication WHERE pubname = '%s') p ON true
    LEFT JOIN (SELECT subenabled, EXISTS (SELECT FROM pg_stat_subscription w
          WHERE w.subid = b.oid AND w.relid IS NULL AND w.pid IS NOT NULL) AS running,
        coalesce((SELECT apply_error_count FROM pg_stat_subscription_stats e
          WHERE e.subid = b.oid), 0) AS errors
      FROM pg_subscription b WHERE subname = '%s' AND subdbid =
        (SELECT oid FROM pg_database WHERE datname = current_database())) u ON true
    """
        .formatted(
            COPY_LOCK,
            WriteFence.USERS_TABLES,
            names.link(side),
            names.base(),
            names.tables(),
            names.link(side.other()));
  }

  private static SideLook read(Connection connection, String sql, boolean linked)
      throws SQLException {
    // Planning this costs several times as much as running it, and a prepared one is planned once.
    try (var statement = connection.prepareStatement(sql);
        var row = statement.executeQuery()) {
      if (!row.next()) {
        throw new OwnSqlException("the rows that Landfall keeps are gone", "42P01");
      }
      if (!row.getBoolean("ours")) {
        throw Control.others("look at it", row.getString("workload"), row.getString("asset"));
      }
      return new SideLook(
          row.getBoolean("installed"),
          linked,
          row.getLong("epoch"),
          row.getBoolean("copied"),
          row.getBoolean("keeps"),
          row.getBoolean("held"),
          row.getString("way"),
          row.getBoolean("copying"),
          Optional.ofNullable(row.getString("aligned")),
          row.getLong("refused"),
          Optional.ofNullable(row.getString("token")),
          Optional.ofNullable(row.getString("peer_token")),
          instant(row, "beat"),
          instant(row, "peer_beat"),
          instant(row, "now").orElseThrow(),
          fence(row.getLong("tables"), row.getLong("fenced")),
          slot(row),
          kept(row),
          row.getBoolean("pubinsert"),
          subscription(row));
    }
  }

  private static Fence fence(long tables, long fenced) {
    if (tables == 0) {
      return Fence.UNKNOWN;
    }
    if (fenced == 0) {
      return Fence.OPEN;
    }
    return fenced == tables ? Fence.FENCED : Fence.PARTLY;
  }

  private static Optional<Slot> slot(ResultSet row) throws SQLException {
    if (row.getString("slot_name") == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Slot(
            row.getBoolean("active"),
            Math.max(0, row.getLong("lag")),
            Math.max(0, row.getLong("retained")),
            row.getBoolean("lost"),
            Optional.ofNullable(row.getString("confirmed")).orElse("")));
  }

  private static Optional<Kept> kept(ResultSet row) throws SQLException {
    long bytes = Math.max(0, row.getLong("kept"));
    return Optional.ofNullable(row.getString("kept_for")).map(slot -> new Kept(slot, bytes));
  }

  private static Optional<Subscription> subscription(ResultSet row) throws SQLException {
    boolean enabled = row.getBoolean("subenabled");
    if (row.wasNull()) {
      return Optional.empty();
    }
    return Optional.of(new Subscription(enabled, row.getBoolean("running"), row.getLong("errors")));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    @Nullable OffsetDateTime found = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(found).map(OffsetDateTime::toInstant);
  }

  /** How far the other side is behind this one, by this side's clock and heartbeat. */
  static Optional<Duration> lag(SideLook origin, SideLook reader, Duration interval) {
    if (origin.beat().isEmpty() || reader.peerBeat().isEmpty()) {
      return Optional.empty();
    }
    Instant written = origin.beat().get();
    Instant arrived = reader.peerBeat().get();
    Duration sinceWritten = atLeastZero(Duration.between(written, origin.now()));
    if (!arrived.isBefore(written)) {
      // With a heart that has stopped, nothing is known of what came after.
      boolean beating = sinceWritten.compareTo(interval.multipliedBy(3)) < 0;
      return Optional.of(beating ? Duration.ZERO : sinceWritten);
    }
    Duration sinceNext = Duration.between(arrived.plus(interval), origin.now());
    return Optional.of(sinceNext.compareTo(sinceWritten) > 0 ? sinceNext : sinceWritten);
  }

  private static Duration atLeastZero(Duration found) {
    return found.isNegative() ? Duration.ZERO : found;
  }
}
