package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.adapter.pgbouncer.PgbouncerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * pgbench, as PostgreSQL ships it, through a PgBouncer with transaction pooling, while the packaged
 * program promotes its database and rolls it back. pgbench counts its transactions itself and gives
 * up at an error; each of them changes four tables by the same sum, so a transaction that is lost,
 * doubled or torn shows in the sums, and in the number of rows of its history.
 *
 * <p>What is done to its tables beforehand is what anybody must do whose tables have no key: its
 * history gets one, by a column that pgbench does not name.
 */
public final class PgbenchRun implements AutoCloseable {
  private static final Path PGBENCH = Path.of("/usr/lib/postgresql/15/bin/pgbench");
  private static final String WORKLOAD = "pgbench";
  private static final String ADMIN_PASSWORD = "a password of the tests";
  private static final Duration VERB_MAX = Duration.ofMinutes(10);
  private static final int KILLED = 137;
  private static final int A_RUN = 8;

  private static final String SUMS =
      """
      SELECT (SELECT sum(abalance) FROM pgbench_accounts), (SELECT sum(tbalance) FROM pgbench_tellers),
        (SELECT sum(bbalance) FROM pgbench_branches), (SELECT sum(delta) FROM pgbench_history),
        (SELECT count(*) FROM pgbench_history)
      """;

  /**
   * How much of it.
   *
   * @param scale as pgbench has it: 100,000 accounts each
   * @param clients as pgbench has it
   * @param rounds a promotion and a rollback each
   * @param seconds how long the one run of pgbench goes on, past the last round; 0 for short runs
   *     one after the other until then
   * @param hold of the workload file
   */
  public record Size(int scale, int clients, int rounds, int seconds, String hold) {}

  /**
   * A cutover.
   *
   * @param took from the verb to its end
   * @param worst the longest that a transaction took in that time, as pgbench logged it
   * @param rows in pgbench's history on the owning side, right after
   */
  public record Move(String verb, Duration took, Duration worst, long rows) {}

  /**
   * What came of it.
   *
   * @param transactions that pgbench says it has processed
   * @param failed that it says have failed
   * @param rows in its history on the owning side, at the end
   * @param tps transactions a second of the last run, as pgbench has them, pauses included
   * @param wrong what is not as it must be, as sentences; empty when all is
   */
  public record Result(
      long transactions,
      long failed,
      long rows,
      double tps,
      Duration copy,
      List<Move> moves,
      List<String> wrong) {}

  /** A move before pgbench's log tells of it. */
  private record Moved(String verb, Instant from, Instant to, long rows) {}

  private final Path folder;
  private final Size size;
  private final Server source;
  private final Server target;
  private final String database;
  private final Landfall landfall;
  private final int port = Ports.free();
  private final PgbouncerProcess pgbouncer;
  private final List<String> wrong = new ArrayList<>();

  /**
   * Makes the database, and everything around it.
   *
   * @param folder for its files, which PgBouncer's user may pass through
   */
  public PgbenchRun(Path folder, Size size) throws Exception {
    assertThat(PGBENCH).as("install postgresql-15").isExecutable();
    this.folder = folder;
    this.size = size;
    this.source = Server.shared(16);
    this.target = Server.shared(18);
    this.database = "pgbench" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    this.landfall =
        new Landfall(
            folder, Map.of("DB_PASSWORD", Server.PASSWORD, "PGBOUNCER_PASSWORD", ADMIN_PASSWORD));
    source.create(database);
    target.create(database);
    Process fill = pgbench(List.of("-i", "-q", "-s", String.valueOf(size.scale())), source.port());
    assertThat(fill.waitFor()).as(log()).isZero();
    try (Connection connection = source.app(database);
        var statement = connection.createStatement()) {
      statement.execute(
          "ALTER TABLE pgbench_history ADD id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    }
    pgbouncer = pgbouncer();
    Files.writeString(folder.resolve("pgbench.yaml"), yaml());
  }

  private PgbouncerProcess pgbouncer() throws Exception {
    PgbouncerProcess.letPass(folder);
    Path ini = folder.resolve("pgbouncer.ini");
    Files.writeString(
        ini,
        """
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s/users.txt
        admin_users = landfall
        pool_mode = transaction
        server_login_retry = 1
        %%include %s/data.ini
        """
            .formatted(port, folder, folder));
    Files.writeString(
        folder.resolve("users.txt"),
        "\"landfall\" \"%s\"\n\"%s\" \"%s\"\n"
            .formatted(ADMIN_PASSWORD, Server.APP, Server.PASSWORD));
    Files.writeString(
        folder.resolve("data.ini"),
        "[databases]\n%s = host=127.0.0.1 port=%d dbname=%s\n"
            .formatted(database, source.port(), database));
    return new PgbouncerProcess(ini, port);
  }

  private String yaml() {
    return """
    landfall: 1
    workload: %s
    owner: tellers
    model: single-step
    %sroutes:
      data:
        kind: pgbouncer
        for: db
        control: "127.0.0.1:%d"
        user: landfall
        password: "env:PGBOUNCER_PASSWORD"
        file: "%s/data.ini"
    limits: { hold: %s, soak: 500ms, retry-pause: 500ms, cutover-attempts: 20 }
    """
        .formatted(WORKLOAD, World.data(source, target, database), port, folder, size.hold());
  }

  /** Does it, driven by a controller; takes as long as pgbench does. */
  public Result run() throws Exception {
    try (var controller = landfall.start("controller")) {
      Result result =
          run(moves -> {
            for (int round = 0; round < size.rounds(); round++) {
              moves.add(promoted());
              moves.add(rolledBack());
            }
          });
      assertThat(controller.running()).as("the controller runs").isTrue();
      return result;
    }
  }

  /**
   * The same, but whoever drives it is killed each time, and the verb given again.
   *
   * @param steps of the journal, as {@link Landfall#runHalting} has them
   */
  Result runKilledAt(List<String> steps) throws Exception {
    return run(moves -> {
      for (String step : steps) {
        assertThat(landfall.runHalting(step, promote()).code()).as(step).isEqualTo(KILLED);
        moves.add(promoted());
        assertThat(landfall.runHalting(step, rollback()).code()).as(step).isEqualTo(KILLED);
        moves.add(rolledBack());
      }
    });
  }

  /** What is done while pgbench runs. */
  private interface Course {
    void drive(List<Moved> moves) throws Exception;
  }

  private Result run(Course course) throws Exception {
    var enough = new AtomicBoolean();
    var runs = new FutureTask<>(() -> runs(enough));
    Thread.startVirtualThread(runs);
    var moves = new ArrayList<Moved>();
    Duration copy;
    try {
      Instant begun = Instant.now();
      World.done(landfall.start(promote("--until", "staged")).ended(VERB_MAX), "staged");
      copy = Duration.between(begun, Instant.now());
      course.drive(moves);
      if (runs.isDone()) {
        wrong.add("pgbench has ended before the last round");
      }
    } finally {
      enough.set(true);
    }
    return result(runs.get(size.seconds() + 120, TimeUnit.SECONDS), copy, moves);
  }

  /** What pgbench said, run after run; one run when it is told how long, or until it is enough. */
  private List<String> runs(AtomicBoolean enough) throws IOException, InterruptedException {
    boolean once = size.seconds() > 0;
    var options =
        new ArrayList<>(
            List.of(
                "-c",
                String.valueOf(size.clients()),
                "-j",
                "2",
                "-T",
                String.valueOf(once ? size.seconds() : A_RUN),
                "-l",
                "--log-prefix=" + folder.resolve("transactions")));
    if (!once) {
      // Or each would empty the history of the ones before.
      options.add("-n");
    }
    var said = new ArrayList<String>();
    do {
      int exit = pgbench(options, port).waitFor();
      said.add(log() + "pgbench has ended with " + exit);
    } while (!once && !enough.get());
    return said;
  }

  private Moved promoted() throws Exception {
    return moved("promote", target, promote());
  }

  private Moved rolledBack() throws Exception {
    return moved("rollback", source, rollback());
  }

  private static String[] rollback() {
    return new String[] {"rollback", WORKLOAD, "--reason", "a test", "--json"};
  }

  private String[] promote(String... more) {
    return Stream.concat(
            Stream.of("promote", folder.resolve("pgbench.yaml").toString(), "--json"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private Moved moved(String verb, Server owner, String... words) throws Exception {
    Instant from = Instant.now();
    World.done(
        landfall.start(words).ended(VERB_MAX), verb.equals("promote") ? "promoted" : "rolled back");
    Instant to = Instant.now();
    return new Moved(verb, from, to, rows("after a " + verb, owner));
  }

  /** The rows of its history on a side; notes sums that do not agree there, in one snapshot. */
  private long rows(String when, Server owner) throws SQLException {
    try (Connection connection = owner.superuser(database);
        var statement = connection.createStatement();
        var found = statement.executeQuery(SUMS)) {
      assertThat(found.next()).isTrue();
      long sum = found.getLong(1);
      for (int column = 2; column <= 4; column++) {
        if (found.getLong(column) != sum) {
          wrong.add(
              "%s the sums of accounts, tellers, branches and history are %d, %d, %d, %d"
                  .formatted(when, sum, found.getLong(2), found.getLong(3), found.getLong(4)));
          break;
        }
      }
      return found.getLong(5);
    }
  }

  private Result result(List<String> runs, Duration copy, List<Moved> moves) throws Exception {
    long transactions = 0;
    long failed = 0;
    for (String said : runs) {
      transactions += (long) number(said, "number of transactions actually processed: ([0-9]+)");
      long failures = (long) number(said, "number of failed transactions: ([0-9]+) ");
      failed += failures;
      if (failures != 0 || said.contains("error:") || !said.endsWith("ended with 0")) {
        wrong.add(said);
      }
    }
    long rows = rows("at the end", source);
    if (transactions != rows) {
      wrong.add("pgbench counts %d transactions, its history has %d".formatted(transactions, rows));
    }
    for (int i = 1; i < moves.size(); i++) {
      if (moves.get(i).rows() <= moves.get(i - 1).rows()) {
        wrong.add("nothing was written between moves %d and %d".formatted(i, i + 1));
      }
    }
    List<long[]> log = transactions();
    return new Result(
        transactions,
        failed,
        rows,
        number(runs.getLast(), "tps = ([0-9.]+)"),
        copy,
        moves.stream()
            .map(move ->
                new Move(
                    move.verb(),
                    Duration.between(move.from(), move.to()),
                    worst(log, move),
                    move.rows()))
            .toList(),
        List.copyOf(wrong));
  }

  private static Duration worst(List<long[]> log, Moved move) {
    long from = micros(move.from());
    long to = micros(move.to());
    return Duration.ofNanos(
        1000
            * log.stream()
                .filter(each -> each[0] >= from && each[0] - each[1] <= to)
                .mapToLong(each -> each[1])
                .max()
                .orElse(0));
  }

  private static long micros(Instant at) {
    return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
  }

  /** When each transaction ended, and how long it took, in microseconds, as pgbench logged it. */
  private List<long[]> transactions() throws IOException {
    var all = new ArrayList<long[]>();
    try (var files = Files.list(folder)) {
      for (Path file :
          files.filter(each -> each.getFileName().toString().startsWith("transactions")).toList()) {
        for (String line : Files.readAllLines(file)) {
          String[] words = line.split(" ");
          long end = Long.parseLong(words[4]) * 1_000_000 + Long.parseLong(words[5]);
          all.add(new long[] {end, Long.parseLong(words[2])});
        }
      }
    }
    return all;
  }

  private static double number(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    return found.find() ? Double.parseDouble(found.group(1)) : -1;
  }

  private Process pgbench(List<String> options, int to) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                PGBENCH.toString(), "-h", "127.0.0.1", "-p", String.valueOf(to), "-U", Server.APP));
    command.addAll(options);
    command.add(database);
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("pgbench.log").toFile());
    builder.environment().put("PGPASSWORD", Server.PASSWORD);
    return builder.start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("pgbench.log"));
  }

  @Override
  public void close() throws Exception {
    pgbouncer.close();
    for (Server each : List.of(source, target)) {
      each.dropSubscriptions(database);
    }
    for (Server each : List.of(source, target)) {
      each.dropSlots(database);
      each.execute("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
    }
  }
}
