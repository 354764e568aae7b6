package dev.landfall.adapter.postgres;

import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.rehearsal.Sandbox;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Two databases beside the target's copy, on its server: one with the rows of the copy, one empty,
 * to be filled by the first copy of a promotion. {@code CREATE DATABASE ... TEMPLATE} would be
 * quicker, and is refused as long as anybody is connected to the copy, as the link always is.
 */
public final class PostgresSandbox implements Sandbox {
  /** The clones' names begin so, and nothing else's: what is removed is looked for by it. */
  static final String PREFIX = "landfall_rehearsal_";

  /** A server may still be making something for a process that is gone. */
  private static final int DROP_TRIES_MAX = 50;

  /** In use; ended by somebody; gone or changed in between. */
  private static final Set<String> PASSING =
      Set.of("55006", "57P01", "42704", "XX000", "40001", "55000");

  private static final String LOCALE =
      """
      SELECT pg_encoding_to_char(d.encoding), d.datlocprovider::text, d.datcollate, d.datctype,
             coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', ''),
             coalesce(to_jsonb(d) ->> 'daticurules', '')
      FROM pg_database d WHERE d.datname = current_database()
      """;

  private final Asset.Data asset;
  private final PostgresServer copy;
  private final String stem;

  /**
   * The clones of each rehearsal have names of their own: a test that outlives its rehearsal must
   * not find the clones of the next one where its own were.
   */
  private final String token = UUID.randomUUID().toString().substring(0, 8);

  private final Map<Side, PostgresServer> clones = new EnumMap<>(Side.class);

  /** Of whoever drives, and of whoever keeps it from being idle. */
  private volatile @Nullable Connection claim;

  private PostgresSandbox(String workload, Asset.Data asset, PostgresServer copy) {
    this.asset = asset;
    this.copy = copy;
    String base = LinkNames.of(workload, asset.name(), "rehearsal", copy.database()).base();
    this.stem = PREFIX + base.substring(base.length() - 8) + "_";
    for (Side side : Side.values()) {
      clones.put(side, copy.on(database(side)));
    }
  }

  /**
   * The sandbox of an asset. It connects when it is first asked something.
   *
   * @param targetPassword empty when the target asks for none
   */
  public static PostgresSandbox of(
      String workload, Asset.Data asset, Optional<String> targetPassword) {
    return new PostgresSandbox(workload, asset, PostgresServer.of(asset.target(), targetPassword));
  }

  /** At most 63 letters, or the server would cut it. */
  private String database(Side side) {
    return stem + token + "_" + side.word();
  }

  /** Those of every rehearsal of this asset, also of versions that gave them no token. */
  private List<String> left(Connection connection) throws SQLException {
    return new Catalog(connection)
        .texts(
            "SELECT datname FROM pg_database WHERE datname ~ ? ORDER BY 1",
            "^" + stem + "([0-9a-f]{8}_)?(source|target)$");
  }

  /** The server forgets an advisory lock with the session that took it, however that ends. */
  @Override
  public boolean claim() {
    try {
      Connection held = claim;
      if (held == null || held.isClosed()) {
        held = copy.connect("rehearsal");
        claim = held;
        // A server's default would end a session that waits for a copy, or for tests.
        new Catalog(held).run("SET idle_session_timeout = 0");
      }
      return new Catalog(held)
          .holds("SELECT pg_try_advisory_lock(hashtext(?), 1)", stem + Side.SOURCE.word());
    } catch (SQLException e) {
      throw refused("claim the clones", e);
    }
  }

  @Override
  public List<Finding> preflight() {
    try (var connection = copy.connect("rehearsal")) {
      var catalog = new Catalog(connection);
      boolean may =
          catalog.holds(
              "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user");
      return may
          ? List.of()
          : List.of(
              new Finding(
                  Finding.Severity.BLOCKS,
                  PreflightCode.RIGHT_CREATE_DATABASE.id(),
                  asset.name() + ": target: " + copy.user(),
                  "the role may make no databases, which a rehearsal needs for its clones",
                  "ALTER ROLE " + quoted(catalog, copy.user()) + " CREATEDB"));
    } catch (SQLException e) {
      throw refused("look at the target", e);
    }
  }

  @Override
  public List<Finding> admissible(String role) {
    try (var connection = copy.connect("rehearsal")) {
      return CloneGuest.findings(connection, asset.name() + ": target: " + role, role);
    } catch (SQLException e) {
      throw refused("look at the target", e);
    }
  }

  @Override
  public void admit(String role) {
    try (var connection = on(Side.TARGET).connect("rehearsal")) {
      CloneGuest.admit(connection, role);
    } catch (SQLException e) {
      throw refused("let " + role + " in to the clone", e);
    }
  }

  @Override
  public void dismiss(String role) {
    try (var connection = on(Side.TARGET).connect("rehearsal")) {
      CloneGuest.dismiss(connection, role);
    } catch (SQLException e) {
      throw refused("put " + role + " out of the clone", e);
    }
  }

  private static String quoted(Catalog catalog, String name) throws SQLException {
    return catalog.texts("SELECT quote_ident(?)", name).getFirst();
  }

  @Override
  public Asset.Data prepare() {
    remove();
    Connection connection = claim;
    if (connection == null) {
      throw new IllegalStateException("the clones of " + asset.name() + " are not claimed");
    }
    try {
      // By the session of the claim: a server goes on making a database for a process that died,
      // and nobody else may believe that all is removed before that is over.
      create(connection);
    } catch (SQLException e) {
      throw refused("make the clones", e);
    }
    fill();
    return new Asset.Data(
        asset.name(), asset.kind(), endpoint(Side.SOURCE), endpoint(Side.TARGET), List.of(), false);
  }

  private Endpoint endpoint(Side side) {
    Endpoint target = asset.target();
    String url = target.url().substring(0, target.url().lastIndexOf('/') + 1) + database(side);
    return new Endpoint(url, target.user(), target.password(), target.options());
  }

  /** Whoever may connect to any database must not find a copy of the users' data. */
  private void create(Connection connection) throws SQLException {
    String like =
        new Catalog(connection)
            .first(
                LOCALE,
                row ->
                    locale(
                        Catalog.text(row, 2),
                        Catalog.text(row, 3),
                        Catalog.text(row, 4),
                        Catalog.text(row, 5),
                        Catalog.text(row, 6),
                        Catalog.text(row, 1)))
            .orElseThrow();
    for (Side side : Side.values()) {
      String name = database(side);
      var catalog = new Catalog(connection);
      catalog.run("CREATE DATABASE " + name + " TEMPLATE template0" + like);
      catalog.run("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
    }
  }

  private static String locale(
      String provider, String collate, String ctype, String locale, String rules, String encoding) {
    var sql = new StringBuilder(" ENCODING ").append(Catalog.literal(encoding));
    sql.append(" LC_COLLATE ").append(Catalog.literal(collate));
    sql.append(" LC_CTYPE ").append(Catalog.literal(ctype));
    switch (provider) {
      case "i" -> sql.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(Catalog.literal(locale));
      case "b" ->
          sql.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(Catalog.literal(locale));
      default -> sql.append(" LOCALE_PROVIDER libc");
    }
    if (!rules.isEmpty()) {
      sql.append(" ICU_RULES ").append(Catalog.literal(rules));
    }
    return sql.toString();
  }

  /** As the first copy of a promotion does it, but from a snapshot that no slot has to go with. */
  private void fill() {
    PostgresServer clone = on(Side.SOURCE);
    try (var first = new FirstCopy(copy, clone, false);
        var exporter = copy.connect("rehearsal")) {
      first.schemaBeforeRows();
      exporter.setAutoCommit(false);
      exporter.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      var snapshot =
          new Catalog(exporter)
              .first(
                  "SELECT pg_export_snapshot(), pg_current_wal_insert_lsn()",
                  row -> new FirstCopy.Snapshot(Catalog.text(row, 1), Catalog.text(row, 2)))
              .orElseThrow();
      first.copyRows(snapshot, new BandwidthCap(Optional.empty()), _ -> {});
      exporter.rollback();
      first.schemaAfterRows(_ -> {});
      try (var connection = clone.connect("rehearsal")) {
        // What the copy needed: to a promotion, the clone is a source like any other.
        new Catalog(connection).run("DROP SCHEMA landfall CASCADE");
      }
    } catch (SQLException e) {
      throw refused("fill the clone", e);
    }
  }

  /** What a dying process still makes is found by the next turn. */
  @Override
  public void remove() {
    try (var connection = copy.connect("rehearsal")) {
      for (int attempt = 1; ; attempt++) {
        try {
          removeOnce(connection);
          return;
        } catch (SQLException e) {
          if (!PASSING.contains(Catalog.state(e)) || attempt >= DROP_TRIES_MAX) {
            throw e;
          }
          new Catalog(connection).run("SELECT pg_sleep(0.1)");
        }
      }
    } catch (SQLException e) {
      throw refused("remove the clones", e);
    }
  }

  private void removeOnce(Connection connection) throws SQLException {
    List<PostgresServer> there = left(connection).stream().map(copy::on).toList();
    // All subscriptions first: each has a worker that uses a slot in the other database.
    for (PostgresServer clone : there) {
      unsubscribe(clone);
    }
    for (PostgresServer clone : there) {
      drop(connection, clone.database());
    }
  }

  private static void unsubscribe(PostgresServer clone) throws SQLException {
    try (var connection = clone.connect("rehearsal")) {
      for (String each :
          new Catalog(connection)
              .texts(
                  "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                      + " WHERE d.datname = current_database()")) {
        Links.dropSubscription(connection, each);
      }
    }
  }

  /** With the slots in it, which go with their database as soon as nobody reads them. */
  private static void drop(Connection connection, String database) throws SQLException {
    var catalog = new Catalog(connection);
    catalog.texts(
        "SELECT pg_terminate_backend(active_pid)::text FROM pg_replication_slots"
            + " WHERE active AND database = ?",
        database);
    catalog.run("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
  }

  private PostgresServer on(Side side) {
    PostgresServer clone = clones.get(side);
    if (clone == null) {
      throw new IllegalStateException("there are two clones");
    }
    return clone;
  }

  private OutsideException refused(String what, SQLException e) {
    return new OutsideException(
        PostgresProblem.REFUSED,
        "cannot "
            + what
            + " of "
            + asset.name()
            + ": "
            + PostgresProblem.told(e)
            + "; mend it and try again",
        e);
  }

  @Override
  public void close() {
    Connection held = claim;
    if (held == null) {
      return;
    }
    try {
      held.close();
    } catch (SQLException e) {
      throw refused("give up the claim on the clones", e);
    }
  }
}
