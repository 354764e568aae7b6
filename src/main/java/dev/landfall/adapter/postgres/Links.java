package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Both links of an asset. Once staged, both are alive all the time and carry each side's marker
 * row; which side's tables are carried is decided by whether its publication publishes anything.
 *
 * <p>Turning round is thus two small transactions, with no slot, subscription or worker to be made
 * while users wait, and no log position to be chosen: a change is published or not by what the
 * catalog said when it was made. It needs no filter by origin, which version 15 does not know; from
 * 16 on that filter is set nevertheless.
 */
final class Links {
  private static final String ALL = "insert, update, delete, truncate";

  private final Peer source;
  private final Peer target;
  private final LinkNames names;
  private final Ways ways;

  Links(Peer source, Peer target, LinkNames names, Ways ways) {
    this.source = source;
    this.target = target;
    this.names = names;
    this.ways = ways;
  }

  private Peer on(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  /** Makes both links behind a complete copy, or what is missing of them. */
  void make(long epoch) {
    publish(Side.TARGET, false, epoch);
    subscribe(Side.SOURCE, epoch);
    makeSlot(Side.TARGET, epoch);
    subscribe(Side.TARGET, epoch);
  }

  /** Makes both publications of a side, or finds them. */
  void publish(Side side, boolean tablesToo, long epoch) {
    on(side)
        .orders
        .change(
            "publish the tables of the " + side.word(),
            connection -> {
              Control.take(connection, side, epoch);
              if (!exists(connection, "pg_publication", "pubname", names.tables())) {
                String all = tables(connection, "");
                execute(
                    connection,
                    "CREATE PUBLICATION "
                        + names.tables()
                        + (all.isEmpty() ? "" : " FOR TABLE " + all)
                        + " WITH (publish = '"
                        + (tablesToo ? ALL : "")
                        + "')");
              }
              if (!exists(connection, "pg_publication", "pubname", names.marker())) {
                execute(
                    connection,
                    "CREATE PUBLICATION "
                        + names.marker()
                        + " FOR TABLE landfall.marker WHERE (origin = '"
                        + side.word()
                        + "')");
              }
              return true;
            });
  }

  /** Adds the tables that were made since the publication was; before a slot, never behind one. */
  void publishMissing(Side side, long epoch) {
    on(side)
        .orders
        .change(
            "publish all tables of the " + side.word(),
            connection -> {
              Control.take(connection, side, epoch);
              String missing =
                  tables(
                      connection,
                      " AND NOT EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p"
                          + " ON p.oid = r.prpubid WHERE r.prrelid = c.oid AND p.pubname = '"
                          + names.tables()
                          + "')");
              if (!missing.isEmpty()) {
                execute(
                    connection, "ALTER PUBLICATION " + names.tables() + " ADD TABLE " + missing);
              }
              return true;
            });
  }

  /** Partitions follow their parents, so they are not named. */
  private static String tables(Connection connection, String which) throws SQLException {
    return String.join(
        ", ",
        new Catalog(connection)
            .texts(
                "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) "
                    + WriteFence.USERS_TABLES
                    + " AND NOT c.relispartition AND c.relpersistence = 'p'"
                    + which
                    + " ORDER BY 1"));
  }

  /** Drops a slot if it is there, whoever reads it. */
  void dropSlot(Side from, long epoch) {
    String slot = names.link(from);
    on(from)
        .orders
        .change(
            "drop slot " + slot,
            connection -> {
              Control.take(connection, from, epoch);
              execute(connection, "UPDATE landfall.control SET keeps = false");
              return true;
            });
    on(from).orders.ask("drop slot " + slot, connection -> dropSlot(connection, slot));
  }

  /**
   * Drops a slot that a subscriber may still be reading: its session is ended first, and given some
   * time to notice.
   */
  static boolean dropSlot(Connection connection, String slot) throws SQLException {
    for (int attempt = 0; hasSlot(connection, slot); attempt++) {
      execute(
          connection,
          "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
              + " WHERE active AND database = current_database() AND slot_name = "
              + literal(connection, slot));
      try {
        execute(connection, "SELECT pg_drop_replication_slot('" + slot + "')");
      } catch (SQLException e) {
        // In use (55006), or just dropped by its last reader (42704): look again.
        if (attempt > 100
            || !("55006".equals(e.getSQLState()) || "42704".equals(e.getSQLState()))) {
          throw e;
        }
        execute(connection, "SELECT pg_sleep(0.05)");
      }
    }
    return true;
  }

  /** Makes the slot of a link that begins now, or finds it. */
  void makeSlot(Side from, long epoch) {
    String slot = names.link(from);
    Session orders = on(from).orders;
    orders.ask(
        "make slot " + slot,
        connection -> {
          if (!hasSlot(connection, slot)) {
            execute(
                connection,
                "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
          }
          return true;
        });
    keepFrom(from, epoch);
  }

  /** Remembers that the slot of a side must be there from now on. */
  void keepFrom(Side from, long epoch) {
    on(from)
        .orders
        .change(
            "remember slot " + names.link(from),
            connection -> {
              Control.take(connection, from, epoch);
              execute(connection, "UPDATE landfall.control SET keeps = true");
              return true;
            });
  }

  /** Lets the other side read the slot of a side; the slot is there. */
  void subscribe(Side from, long epoch) {
    Peer reader = on(from.other());
    String link = names.link(from);
    boolean filters = reader.major() >= 16;
    Ways.Way way = ways.to(from);
    reader.orders.change(
        "subscribe to the " + from.word(),
        connection -> {
          Control.take(connection, reader.side, epoch);
          if (!subscribed(connection, link)) {
            remember(connection, way);
            execute(
                connection,
                "CREATE SUBSCRIPTION "
                    + link
                    + " CONNECTION "
                    + literal(connection, way.conninfo())
                    + " PUBLICATION "
                    + names.tables()
                    + ", "
                    + names.marker()
                    + " WITH (create_slot = false, copy_data = false, slot_name = '"
                    + link
                    + "'"
                    + (filters ? ", origin = none" : "")
                    + ")");
          }
          return true;
        });
  }

  /** Drops the subscription that reads the slot of a side, if it is there; the slot stays. */
  void unsubscribe(Side from, long epoch) {
    Peer reader = on(from.other());
    reader.orders.change(
        "unsubscribe from the " + from.word(),
        connection -> {
          Control.take(connection, reader.side, epoch);
          return dropSubscription(connection, names.link(from));
        });
  }

  /** Without a name of a slot, dropping does not need the other side. */
  static boolean dropSubscription(Connection connection, String link) throws SQLException {
    if (subscribed(connection, link)) {
      execute(connection, "ALTER SUBSCRIPTION " + link + " DISABLE");
      execute(connection, "ALTER SUBSCRIPTION " + link + " SET (slot_name = NONE)");
      execute(connection, "DROP SUBSCRIPTION " + link);
    }
    return true;
  }

  /** Whether the tables of a side are published; absent when there is no publication. */
  Optional<Boolean> publishes(Side side) {
    return on(side).orders.ask("read the publication of the " + side.word(), this::publishes);
  }

  private Optional<Boolean> publishes(Connection connection) throws SQLException {
    return new Catalog(connection)
        .first(
            "SELECT pubinsert FROM pg_publication WHERE pubname = ?",
            row -> row.getBoolean(1),
            names.tables());
  }

  /**
   * Makes sure that the writes of a side are kept once it accepts them.
   *
   * @throws OutsideException when they are not
   */
  boolean requireKept(Connection connection, Side side) throws SQLException {
    if (!publishes(connection).orElse(true)) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot open the "
              + side.word()
              + ": its writes would go nowhere; follow the "
              + side.word()
              + " first");
    }
    return true;
  }

  /**
   * Publishes the tables of a side from now on, or no longer. Only a fenced side may stop: its
   * writes would go nowhere.
   */
  void turn(Side side, boolean on, long epoch) {
    on(side)
        .orders
        .change(
            (on ? "publish" : "no longer publish") + " the tables of the " + side.word(),
            connection -> {
              Control.take(connection, side, epoch);
              if (!on && !WriteFence.isClosed(connection)) {
                throw new OutsideException(
                    PostgresProblem.LINK,
                    "cannot turn the link round: the "
                        + side.word()
                        + " accepts writes, which would go nowhere; fence it first");
              }
              execute(
                  connection,
                  "ALTER PUBLICATION "
                      + names.tables()
                      + " SET (publish = '"
                      + (on ? ALL : "")
                      + "')");
              return true;
            });
  }

  /**
   * Keeps a side from taking what the other publishes, and remembers that it was us: all that the
   * other publishes until {@link #release} is what it took from here itself.
   */
  void hold(Side reader, long epoch) {
    on(reader)
        .orders
        .change(
            "hold what the " + reader.other().word() + " sends",
            connection -> {
              Control.take(connection, reader, epoch);
              execute(connection, "UPDATE landfall.control SET held = true");
              enable(connection, reader, false);
              return true;
            });
  }

  /**
   * Lets a side take the other's writes; past what was held, if it was.
   *
   * @param followed the side whose writes are to be carried: nothing of its own is passed over
   */
  void release(Side reader, Side followed, long epoch) {
    boolean held =
        on(reader)
            .orders
            .ask(
                "read whether the link is held",
                connection -> new Catalog(connection).holds("SELECT held FROM landfall.control"));
    if (held) {
      skip(reader.other(), followed);
    }
    if (held || !reads(reader)) {
      on(reader)
          .orders
          .change(
              "take what the " + reader.other().word() + " sends",
              connection -> {
                Control.take(connection, reader, epoch);
                execute(connection, "UPDATE landfall.control SET held = false");
                enable(connection, reader, true);
                return true;
              });
    }
  }

  private void enable(Connection connection, Side reader, boolean enabled) throws SQLException {
    execute(
        connection,
        "ALTER SUBSCRIPTION " + names.link(reader.other()) + (enabled ? " ENABLE" : " DISABLE"));
  }

  /** Whether a side reads the other's slot; false too when it does not know the link. */
  private boolean reads(Side reader) {
    return on(reader)
        .orders
        .ask(
            "read the subscription of the " + reader.word(),
            connection ->
                new Catalog(connection)
                    .first(
                        "SELECT subenabled FROM pg_subscription WHERE subname = ? AND subdbid ="
                            + " (SELECT oid FROM pg_database WHERE datname = current_database())",
                        row -> row.getBoolean(1),
                        names.link(reader.other()))
                    .orElse(false));
  }

  /**
   * Lets go of what a held link kept, as far as it is only what the other side took from here: its
   * users' writes begin where it was opened, if it was meanwhile.
   *
   * <p>Of a followed side that is fenced nothing is let go: what it wrote before the fence may not
   * have arrived, and there is nothing to be passed over. Its reader was held by an order to follow
   * the other way, which no side was opened after: that takes a link that is not held.
   */
  private void skip(Side from, Side followed) {
    on(from)
        .orders
        .ask(
            "skip to the end of slot " + names.link(from),
            connection -> {
              // Before the fence is read: where it closes a moment later is behind users' writes.
              var opened =
                  new Catalog(connection)
                      .first(
                          "SELECT turned_at::text FROM landfall.control"
                              + " WHERE turned_at IS NOT NULL",
                          row -> "'" + row.getString(1) + "'::pg_lsn");
              boolean closed = WriteFence.isClosed(connection);
              if (closed && from == followed) {
                return false;
              }
              String end = closed ? "pg_current_wal_lsn()" : opened.orElse("confirmed_flush_lsn");
              execute(
                  connection,
                  "SELECT pg_replication_slot_advance(slot_name, greatest(confirmed_flush_lsn, "
                      + end
                      + ")) FROM pg_replication_slots WHERE slot_name = '"
                      + names.link(from)
                      + "'");
              return true;
            });
  }

  static boolean subscribed(Connection connection, String link) throws SQLException {
    return exists(
        connection,
        "pg_subscription JOIN pg_database d ON d.oid = subdbid AND datname = current_database()",
        "subname",
        link);
  }

  /** Whether this database has a slot: a server shows those of all its databases. */
  static boolean hasSlot(Connection connection, String slot) throws SQLException {
    return exists(
        connection,
        "(SELECT slot_name FROM pg_replication_slots WHERE database = current_database()) s",
        "slot_name",
        slot);
  }

  static boolean exists(Connection connection, String catalog, String column, String name)
      throws SQLException {
    String sql = "SELECT true FROM " + catalog + " WHERE " + column + " = ?";
    return new Catalog(connection).first(sql, row -> row.getBoolean(1), name).isPresent();
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void remember(Connection connection, Ways.Way way) throws SQLException {
    try (var update = connection.prepareStatement("UPDATE landfall.control SET way = ?")) {
      update.setString(1, way.name());
      update.executeUpdate();
    }
  }

  static String literal(Connection connection, String text) throws SQLException {
    return new Catalog(connection)
        .first("SELECT quote_literal(?)", row -> row.getString(1), text)
        .orElseThrow();
  }

  List<Peer> peers() {
    return List.of(source, target);
  }
}
