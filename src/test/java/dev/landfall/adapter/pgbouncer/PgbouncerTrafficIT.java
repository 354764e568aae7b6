package dev.landfall.adapter.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Cohort;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients who write all the time while a real PgBouncer leads them to and fro. */
class PgbouncerTrafficIT {
  private static final int CLIENTS = 6;
  private static final Duration HOLD = Duration.ofSeconds(30);

  @TempDir Path folder;

  /** One client in a loop of transactions; whether it comes again when it was cut off. */
  private static final class Writer implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private final int number = COUNT.incrementAndGet();
    private final PgbouncerWorld world;
    private final Thread thread;
    private final AtomicBoolean leave = new AtomicBoolean();
    private final AtomicInteger done = new AtomicInteger();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();

    Writer(PgbouncerWorld world, boolean returns) {
      this.world = world;
      this.thread =
          Thread.startVirtualThread(() -> {
            do {
              write();
            } while (returns && !leave.get());
          });
    }

    private void write() {
      try (Connection client = world.client();
          var statement = client.createStatement()) {
        client.setAutoCommit(false);
        while (!leave.get()) {
          PgbouncerWorld.sideOf(client);
          statement.execute(
              "INSERT INTO done VALUES (%d, %d) ON CONFLICT DO NOTHING"
                  .formatted(number, done.get() + 1));
          client.commit();
          done.incrementAndGet();
        }
      } catch (SQLException e) {
        errors.add(e.getSQLState() + " " + e.getMessage());
      }
    }

    @Override
    public void close() {
      leave.set(true);
      try {
        assertThat(thread.join(Duration.ofSeconds(20))).as("a client hangs").isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** All of them; when they end after a failure, that one is told and theirs are beside it. */
  private record Crowd(List<Writer> each) implements AutoCloseable {
    static Crowd of(PgbouncerWorld world, boolean returns) {
      return new Crowd(Stream.generate(() -> new Writer(world, returns)).limit(CLIENTS).toList());
    }

    @Override
    public void close() {
      each.forEach(writer -> writer.leave.set(true));
      each.forEach(Writer::close);
    }
  }

  /** As many rows as there are on the sides. */
  private static int rows(Writer writer) throws Exception {
    int rows = 0;
    for (String side : List.of("source", "target")) {
      try (var connection =
              DriverManager.getConnection(
                  PgbouncerWorld.server(side).jdbcUrl(PgbouncerWorld.DATABASE));
          var statement = connection.createStatement();
          var found =
              statement.executeQuery("SELECT count(*) FROM done WHERE client = " + writer.number)) {
        assertThat(found.next()).isTrue();
        rows += found.getInt(1);
      }
    }
    return rows;
  }

  private static void progress(List<Writer> writers) {
    var before = writers.stream().map(writer -> writer.done.get()).toList();
    for (int i = 0; i < writers.size(); i++) {
      Writer writer = writers.get(i);
      int old = before.get(i);
      PgbouncerWorld.eventually(() -> writer.done.get() > old + 1 || !writer.errors.isEmpty());
    }
  }

  @Test
  void clientsSeeNoErrorAndNoSideThatTheyAreNotLedTo() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var router = world.router()) {
      router.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      List<Writer> writers;
      try (var crowd = Crowd.of(world, false)) {
        writers = crowd.each();
        for (int move = 1; move <= 10; move++) {
          progress(writers);
          int epoch = 10 * move;
          Cohort before = move % 2 == 1 ? Cohort.NOBODY : Cohort.EVERYBODY;
          Cohort after = move % 2 == 1 ? Cohort.EVERYBODY : Cohort.NOBODY;
          router.order(PgbouncerWorld.held(epoch, before, HOLD));
          PgbouncerWorld.eventually(() -> router.look().inFlight() == 0);
          assertThat(router.look().holding()).isTrue();
          int done = writers.stream().mapToInt(writer -> writer.done.get()).sum();
          Thread.sleep(50);
          assertThat(writers.stream().mapToInt(writer -> writer.done.get()).sum())
              .as("nobody writes in a hold")
              .isLessThanOrEqualTo(done + CLIENTS);
          router.order(PgbouncerWorld.leading(epoch + 1, after));
          assertThat(router.look().order().orElseThrow().cohort()).isEqualTo(after);
        }
        progress(writers);
      }
      for (Writer writer : writers) {
        assertThat(writer.errors).isEmpty();
        assertThat(rows(writer)).isEqualTo(writer.done.get());
      }
    }
  }

  /** Whoever was connected is cut off by that; who comes again sees the right side, or waits. */
  @Test
  void aPgbouncerThatIsStartedAgainAtEveryStepLeadsWhereItDid() throws Exception {
    try (var world = new PgbouncerWorld(folder);
        var router = world.router()) {
      router.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      List<Writer> writers;
      try (var crowd = Crowd.of(world, true)) {
        writers = crowd.each();
        for (int move = 1; move <= 4; move++) {
          int epoch = 10 * move;
          String from = move % 2 == 1 ? "source" : "target";
          String to = move % 2 == 1 ? "target" : "source";
          Cohort before = move % 2 == 1 ? Cohort.NOBODY : Cohort.EVERYBODY;
          Cohort after = move % 2 == 1 ? Cohort.EVERYBODY : Cohort.NOBODY;
          world.pgbouncer.restart();
          ledTo(world, from);
          router.order(PgbouncerWorld.held(epoch, before, HOLD));
          world.pgbouncer.restart();
          // A transaction that was under way when PgBouncer was killed may end yet.
          Thread.sleep(100);
          int rows = total(writers);
          Thread.sleep(400);
          assertThat(total(writers)).as("nobody passes, though nobody has looked").isEqualTo(rows);
          PgbouncerWorld.eventually(() -> router.look().held() > 0);
          assertThat(router.look().holding()).isTrue();
          router.order(PgbouncerWorld.leading(epoch + 1, after));
          world.pgbouncer.restart();
          assertThat(router.look().order().orElseThrow().cohort()).isEqualTo(after);
          ledTo(world, to);
        }
        progress(writers.stream().peek(writer -> writer.errors.clear()).toList());
      }
      for (Writer writer : writers) {
        assertThat(writer.errors)
            .as("they were cut off, and nothing else")
            .allMatch(error -> error.startsWith("08"));
      }
    }
  }

  private static int total(List<Writer> writers) throws Exception {
    int total = 0;
    for (Writer writer : writers) {
      total += rows(writer);
    }
    return total;
  }

  private static void ledTo(PgbouncerWorld world, String side) throws SQLException {
    try (Connection client = world.client()) {
      assertThat(PgbouncerWorld.sideOf(client)).isEqualTo(side);
    }
  }
}
