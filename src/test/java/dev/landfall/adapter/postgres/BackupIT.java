package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.backup.BackupProbe;
import dev.landfall.adapter.backup.Database;
import dev.landfall.adapter.backup.Tools;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.workload.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a real server with PostgreSQL's own programs, restored into another one. */
class BackupIT {
  private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");
  private static final String MAIL = "jo.doe@mail.example";
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration EVERY = Duration.ofMinutes(1);

  private static final String SCHEMA =
      """
      CREATE SCHEMA sales;
      CREATE TABLE sales.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
      INSERT INTO sales.customers (email) SELECT n || 'jo.doe@mail.example' FROM generate_series(1, 5000) n;
      CREATE TABLE visits (at int, page text);
      INSERT INTO visits SELECT n, '/p' || n FROM generate_series(1, 1000) n;
      CREATE TABLE parts (id int, body text) PARTITION BY RANGE (id);
      CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100);
      INSERT INTO parts VALUES (1, 'x'), (2, NULL);
      CREATE INDEX mail ON sales.customers (email);
      CREATE VIEW everybody AS SELECT email FROM sales.customers;
      """;

  private static DebianPostgres production;
  private static DebianPostgres spare;

  @TempDir private Path folder;
  private Duration limit = LONG;

  /** What the wiring of the program does, for a test beside the servers. */
  record Here(PostgresDatabase database) implements Database {
    static Here of(int port, String name) {
      var endpoint =
          new Endpoint(
              "postgresql://127.0.0.1:" + port + "/" + name,
              Optional.of("postgres"),
              Optional.empty(),
              Map.of());
      return new Here(PostgresDatabase.of(endpoint, Optional.empty()));
    }

    @Override
    public Connection connect() {
      return database.connect("backup");
    }

    @Override
    public Database on(String name) {
      return new Here(database.on(name));
    }

    @Override
    public Map<String, String> environment() {
      return database.environment();
    }

    @Override
    public Witness witness(Connection snapshot) throws SQLException {
      PostgresDatabase.Witness witness = PostgresDatabase.witness(snapshot);
      return (restored, lasting) -> {
        var found = witness.compare(restored, lasting);
        return new Compared(found.tables(), found.rows(), found.lines(), found.differences());
      };
    }
  }

  @BeforeAll
  static void start() throws Exception {
    production = DebianPostgres.start("fsync=off");
    spare = DebianPostgres.start("fsync=off");
  }

  @AfterAll
  static void stop() throws Exception {
    production.close();
    spare.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    execute(production, "postgres", "DROP DATABASE IF EXISTS shop WITH (FORCE)");
    execute(production, "postgres", "CREATE DATABASE shop");
    execute(production, "shop", SCHEMA);
  }

  private static void execute(DebianPostgres server, String database, String sql)
      throws SQLException {
    try (var connection = connect(server, database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(DebianPostgres server, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database + "?user=postgres");
  }

  private BackupProbe.Asked asked(Duration rpo, Duration rto) {
    return new BackupProbe.Asked(
        "shop\nrecovery\norders", rpo, rto, EVERY, folder, Map.of("LANDFALL_CONTRACT", "1"), limit);
  }

  private BackupProbe probe(Tools tools, Duration rpo, Duration rto, Here scratch) {
    return BackupUnderWay.probe(
        asked(rpo, rto), Here.of(production.port(), "shop"), scratch, tools);
  }

  private Observation look(Tools tools, Duration rpo, Duration rto, DebianPostgres scratch)
      throws Exception {
    Observation seen = probe(tools, rpo, rto, Here.of(scratch.port(), "postgres")).look();
    assertThat(seen.reason() + seen.raw()).as("places and counts only").doesNotContain(MAIL);
    assertThat(left()).as("nothing is left behind").isEmpty();
    return seen;
  }

  private Observation look(Tools tools, Duration timeout) throws Exception {
    limit = timeout;
    return look(tools, LONG, LONG, spare);
  }

  private Observation look(Tools tools) throws Exception {
    return look(tools, LONG, LONG, spare);
  }

  /** Databases and files that a check has made. */
  private List<String> left() throws SQLException, IOException {
    var found = new java.util.ArrayList<String>();
    try (var connection = connect(spare, "postgres");
        var files = Files.list(folder)) {
      found.addAll(
          new Catalog(connection)
              .texts("SELECT datname FROM pg_database WHERE datname LIKE 'landfall%'"));
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("landfall"))
          .forEach(found::add);
    }
    return found;
  }

  private String script(String name, String body) throws IOException {
    Path program = folder.resolve(name);
    Files.writeString(program, "#!/bin/sh\nset -eu\nPATH=" + BIN + ":$PATH\n" + body + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program.toString();
  }

  private static final String TAKE =
      "pg_dump --format=custom --snapshot=\"$LANDFALL_SNAPSHOT\" --file=\"$LANDFALL_FOLDER/b\"";
  private static final String RESTORE =
      "pg_restore --exit-on-error --no-owner --dbname=\"$PGDATABASE\" \"$LANDFALL_FOLDER/b\"";

  private Tools own(String take, String restore) throws IOException {
    return new Tools(List.of(script("take", take)), List.of(script("restore", restore)), false);
  }

  @Test
  void whatWasBackedUpIsRestoredAndEqualThoughUsersGoOnWriting() throws Exception {
    var writing = new java.util.concurrent.atomic.AtomicBoolean(true);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try (var connection = connect(production, "shop");
                  var statement = connection.createStatement()) {
                while (writing.get()) {
                  statement.execute("INSERT INTO sales.customers (email) VALUES ('new')");
                  statement.execute("DELETE FROM visits WHERE at = (SELECT min(at) FROM visits)");
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    Observation seen;
    try {
      seen = look(Tools.in(BIN));
    } finally {
      writing.set(false);
      writer.join();
    }
    assertThat(seen.passed()).as(seen.raw()).isTrue();
    assertThat(seen.raw())
        .contains("rows of 3 tables compared", "public.parts_low: 2 rows, 2 restored, equal")
        .contains("1 sequences compared");
    assertThat(look(own(TAKE, RESTORE)).passed()).as("by programs of one's own").isTrue();
  }

  @Test
  void aBackupThatCannotBeRestoredFails() throws Exception {
    String truncate = TAKE + "\ntruncate -s -20000 \"$LANDFALL_FOLDER/b\"";
    Observation cut = look(own(truncate, RESTORE));
    assertThat(cut.passed()).isFalse();
    assertThat(cut.reason()).startsWith("the backup cannot be restored: ").contains("ended with 1");
    Observation none = look(own("exit 0", RESTORE));
    assertThat(none.reason()).contains("the backup cannot be restored");
    Observation slow =
        look(
            own("echo 'pg_dump: ERROR: 1" + MAIL + "' >&2; sleep 60", RESTORE),
            Duration.ofSeconds(3));
    assertThat(slow.reason())
        .startsWith("the backup cannot be taken: ")
        .endsWith("could not be started, or had not ended when the time of the check was up");
    limit = LONG;
    for (String quoted :
        List.of("COPY failed: ERROR: 1" + MAIL, "FEHLER: 1" + MAIL, "a row, " + MAIL)) {
      Observation refused = look(own("echo '" + quoted + "' >&2; exit 3", RESTORE));
      assertThat(refused.reason()).endsWith("ended with 3; run it by hand to see what it says");
    }
  }

  @Test
  void aCopyThatIsNotEqualFailsAndSaysWhereAndHowMany() throws Exception {
    Observation changed =
        look(
            own(
                TAKE,
                RESTORE + "\npsql -qc \"UPDATE sales.customers SET email = 'x' WHERE id = 7\""));
    assertThat(changed.reason())
        .isEqualTo(
            "the restored copy is not what was backed up: of sales.customers 5000 rows were"
                + " restored, and not all are equal");
    Observation fewer = look(own(TAKE, RESTORE + "\npsql -qc 'DELETE FROM visits WHERE at = 9'"));
    assertThat(fewer.reason()).contains("public.visits has 1000 rows, and 999 were restored");
    Observation less =
        look(
            own(
                TAKE,
                RESTORE
                    + "\npsql -qc 'DROP VIEW everybody; DROP INDEX sales.mail; DROP TABLE parts;"
                    + " ALTER SEQUENCE sales.customers_id_seq RESTART'"));
    assertThat(less.reason())
        .contains("view public.everybody is missing", "index sales.mail is missing")
        .contains("public.parts_low is missing")
        .contains("sequence sales.customers_id_seq was restored to an earlier value");
  }

  @Test
  void largeObjectsAreCountedAndWhatIsNotComparedIsSaid() throws Exception {
    execute(
        production,
        "shop",
        "CREATE UNLOGGED TABLE carts (id int); SELECT lo_from_bytea(0, 'a'), lo_from_bytea(0,"
            + " 'b')");
    Observation equal = look(Tools.in(BIN));
    assertThat(equal.passed()).as(equal.raw()).isTrue();
    assertThat(equal.raw())
        .contains("2 large objects, 2 restored, counted only")
        .contains("unlogged table public.carts is not compared");
    String lose = "psql -qc 'SELECT lo_unlink(min(oid)) FROM pg_largeobject_metadata' >/dev/null";
    assertThat(look(own(TAKE, RESTORE + "\n" + lose)).reason())
        .endsWith("there are 2 large objects, and 1 were restored");
  }

  @Test
  void aSchemaWithoutRowsProvesNothing() throws Exception {
    execute(production, "shop", "TRUNCATE sales.customers, visits, parts");
    assertThat(look(Tools.in(BIN)).reason())
        .isEqualTo("no table has a row, so a restore proves nothing");
  }

  @Test
  void aTableThatIsLockedKeepsNobodyWaitingBehindTheBackup() throws Exception {
    try (var locker = connect(production, "shop");
        var statement = locker.createStatement()) {
      locker.setAutoCommit(false);
      statement.execute("LOCK TABLE visits IN ACCESS EXCLUSIVE MODE");
      long begun = System.nanoTime();
      assertThat(look(Tools.in(BIN)).reason())
          .startsWith("the backup cannot be taken: ")
          .contains("(a table is locked by somebody else)");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  void whatTakesLongerThanItMayFails() throws Exception {
    Observation slow =
        look(own(TAKE + "\nsleep 2", RESTORE + "\nsleep 2"), Duration.ofSeconds(1), LONG, spare);
    assertThat(slow.reason()).contains("can be lost, and 1.0 s may be (rpo)");
    assertThat(look(own(TAKE, RESTORE), EVERY.minusSeconds(1), LONG, spare).reason())
        .as("however fast it is taken, what came since the last one is lost")
        .startsWith("up to 60.")
        .contains("can be lost, and 59.0 s may be (rpo)");
    Observation slower = look(own(TAKE, RESTORE + "\nsleep 2"), LONG, Duration.ofSeconds(1), spare);
    assertThat(slower.reason())
        .startsWith("the restore took")
        .contains("and it may take 1.0 s (rto)");
  }

  @Test
  void aServerOfTheWorkloadIsNeverRestoredTo() throws Exception {
    Observation seen = look(Tools.in(BIN), LONG, LONG, production);
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .startsWith(
            "cannot restore a backup: the server for the copy is that of the source of orders");
    try (var connection = connect(production, "postgres")) {
      assertThat(
              new Catalog(connection)
                  .texts("SELECT datname FROM pg_database WHERE datname LIKE 'landfall%'"))
          .isEmpty();
    }
  }

  @Test
  void whatAKilledRunHasLeftIsRemovedByTheNextAndARunUnderWayIsLeftAlone() throws Exception {
    String name = "landfall_scratch_" + hash("shop\nrecovery\norders");
    execute(spare, "postgres", "CREATE DATABASE " + name);
    String identifier;
    try (var connection = connect(spare, "postgres")) {
      identifier =
          new Catalog(connection)
              .texts("SELECT system_identifier::text FROM pg_control_system()")
              .getFirst();
    }
    Path mine = Files.createDirectory(folder.resolve(name + "_" + identifier));
    Files.writeString(mine.resolve("half"), "a backup");
    assertThat(look(Tools.in(BIN)).passed()).isTrue();
    try (var other = connect(spare, "postgres")) {
      new Catalog(other).texts("SELECT pg_advisory_lock(hashtext('" + name + "'))::text");
      assertThat(look(Tools.in(BIN)).reason()).contains("another run of this check is at it");
    }
  }

  @Test
  void runsThatSignInToDifferentDatabasesOfAServerKeepApartAndThoseOfTwoServersDoNotMeet()
      throws Exception {
    String name = "landfall_scratch_" + hash("shop\nrecovery\norders");
    Path other = Files.createDirectory(folder.resolve(name + "_1"));
    try (var holder = connect(spare, "postgres")) {
      new Catalog(holder).texts("SELECT pg_advisory_lock(hashtext('" + name + "'))::text");
      assertThat(
              probe(Tools.in(BIN), LONG, LONG, Here.of(spare.port(), "template1")).look().reason())
          .contains("another run of this check is at it");
    }
    assertThat(probe(Tools.in(BIN), LONG, LONG, Here.of(spare.port(), "template1")).look().passed())
        .isTrue();
    assertThat(other).as("of a run on another server").exists();
  }

  @Test
  void nothingIsLeftOfTheCopyWhenItsServerGoesAwayOrTheProcessIsToldToEnd() throws Exception {
    String gone =
        "psql -d postgres -qc 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE pid <> pg_backend_pid() AND backend_type = $$client backend$$'";
    Observation seen = probe(own(TAKE, gone), LONG, LONG, Here.of(spare.port(), "postgres")).look();
    assertThat(seen.passed()).isFalse();
    assertThat(left()).as("no dump; the database is named").noneMatch(file -> file.length() > 29);
    assertThat(look(Tools.in(BIN)).passed()).as("and the next run removes it").isTrue();
    Path waits = folder.resolve("waits");
    String take = script("take", TAKE + "\ntouch " + waits + "\nexec sleep 30");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                BackupUnderWay.class.getName(),
                String.valueOf(production.port()),
                String.valueOf(spare.port()),
                folder.toString(),
                take)
            .inheritIO()
            .start();
    for (long end = System.nanoTime() + 60_000_000_000L; !Files.exists(waits); ) {
      assertThat(process.isAlive() && System.nanoTime() < end).as("has begun").isTrue();
      Thread.sleep(20);
    }
    assertThat(left()).isNotEmpty();
    process.destroy();
    assertThat(process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    assertThat(left()).isEmpty();
  }

  private static String hash(String text) throws Exception {
    byte[] hash =
        java.security.MessageDigest.getInstance("SHA-256")
            .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return java.util.HexFormat.of().formatHex(hash, 0, 6);
  }
}
