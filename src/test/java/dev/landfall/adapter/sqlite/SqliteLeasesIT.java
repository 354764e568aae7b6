package dev.landfall.adapter.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.sqlite.SqliteLeases.Timing;
import dev.landfall.engine.Leases;
import dev.landfall.engine.Leases.Lease;
import dev.landfall.engine.Leases.Work;
import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteLeasesIT {
  private static final Timing FAST =
      new Timing(Duration.ofMillis(150), Duration.ofMillis(20), Duration.ofSeconds(2));
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final List<SqliteLeases> opened = new ArrayList<>();

  private SqliteLeases open() {
    SqliteLeases leases = SqliteLeases.open(folder, FAST);
    opened.add(leases);
    return leases;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Leases::close);
  }

  @Test
  void workIsCalledAtOnceAndThenAtTheTimesThatItAsksFor() throws Exception {
    var calls = new LinkedBlockingQueue<Instant>();
    var count = new AtomicInteger();
    Instant before = Instant.now();
    open()
        .drive(
            "shop",
            lease -> {
              calls.add(Instant.now());
              return count.incrementAndGet() < 3
                  ? Optional.of(Instant.now().plusMillis(300))
                  : Optional.empty();
            });
    Instant first = take(calls);
    assertThat(Duration.between(before, first)).isLessThan(Duration.ofSeconds(10));
    Instant second = take(calls);
    assertThat(Duration.between(first, second)).isGreaterThanOrEqualTo(Duration.ofMillis(298));
    take(calls);
    assertThat(calls.poll(600, TimeUnit.MILLISECONDS)).as("a fourth call").isNull();
  }

  @Test
  void aWakeCallsWorkThatWaitsOrHasEnded() throws Exception {
    var calls = new LinkedBlockingQueue<Integer>();
    var next = new LinkedBlockingQueue<Optional<Instant>>();
    next.add(Optional.of(Instant.now().plusSeconds(3600)));
    next.add(Optional.empty());
    next.add(Optional.empty());
    Leases leases = open();
    leases.drive("shop", lease -> called(calls, next.take()));
    take(calls);
    eventually(() -> leases.holder("shop").isEmpty());
    open().wake("shop");
    take(calls);
    eventually(() -> leases.holder("shop").isEmpty());
    leases.wake("shop");
    take(calls);
  }

  @Test
  void aWakeDuringACallLeadsToExactlyOneMore() throws Exception {
    var calls = new LinkedBlockingQueue<Integer>();
    var go = new CountDownLatch(1);
    Leases leases = open();
    leases.drive(
        "shop",
        lease -> {
          calls.add(1);
          go.await();
          return Optional.of(Instant.now().plusSeconds(3600));
        });
    take(calls);
    open().wake("shop");
    leases.wake("shop");
    assertThat(calls.poll(300, TimeUnit.MILLISECONDS)).as("a call beside the first").isNull();
    go.countDown();
    take(calls);
    assertThat(calls.poll(500, TimeUnit.MILLISECONDS)).as("a third call").isNull();
  }

  @Test
  void twoControllersNeverCallTheSameWorkAtOnceHoweverOftenItIsWoken() throws Exception {
    var atOnce = new AtomicInteger();
    var most = new AtomicInteger();
    var calls = new AtomicInteger();
    var callers = ConcurrentHashMap.<Integer>newKeySet();
    for (int i = 0; i < 3; i++) {
      int caller = i;
      open().drive("shop", counted(atOnce, most, calls, () -> callers.add(caller)));
    }
    eventually(() -> calls.get() >= 60 && callers.size() > 1);
    assertThat(most.get()).isEqualTo(1);
  }

  private static Work counted(
      AtomicInteger atOnce, AtomicInteger most, AtomicInteger calls, Runnable called) {
    return lease -> {
      most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      called.run();
      Thread.sleep(1);
      atOnce.decrementAndGet();
      // Every other time, long enough for the others to come first.
      return Optional.of(Instant.now().plusMillis(calls.incrementAndGet() % 2 * 30L));
    };
  }

  @Test
  void aLongCallIsKeptByHeartbeatsAndSeenByOthers() throws Exception {
    var begun = new LinkedBlockingQueue<Lease>();
    var go = new CountDownLatch(1);
    Work longWork =
        lease -> {
          begun.add(lease);
          go.await();
          return Optional.empty();
        };
    open().drive("shop", longWork);
    Lease lease = take(begun);
    Leases other = open();
    other.drive("shop", longWork);
    Thread.sleep(FAST.deadAfter().multipliedBy(3));
    assertThat(begun).as("calls beside the first").isEmpty();
    assertThat(lease.stillHeld()).isTrue();
    Leases.Holder holder = other.holder("shop").orElseThrow();
    assertThat(holder.process()).isEqualTo(ProcessHandle.current().pid());
    assertThat(holder.toString()).startsWith("controller " + holder.process() + " on host ");
    go.countDown();
    // The second asked for a call when it began to drive.
    take(begun);
    eventually(() -> other.holder("shop").isEmpty());
    assertThat(lease.stillHeld()).isFalse();
  }

  @Test
  void aProcessIsOnlyGivenWhatItDrives() throws Exception {
    var calls = new LinkedBlockingQueue<Integer>();
    open().drive("shop", lease -> called(calls, Optional.empty()));
    take(calls);
    Leases other = open();
    other.wake("bank");
    other.wake("o'bank");
    assertThat(calls.poll(300, TimeUnit.MILLISECONDS)).isNull();
    open().drive("bank", lease -> called(calls, Optional.empty()));
    take(calls);
    open().drive("o'bank", lease -> called(calls, Optional.empty()));
    take(calls);
  }

  @Test
  void workThatFailsIsCalledAgainAndOthersGoOn() throws Exception {
    var failing = new LinkedBlockingQueue<Integer>();
    var calls = new LinkedBlockingQueue<Integer>();
    Leases leases = open();
    leases.drive(
        "shop",
        lease -> {
          failing.add(1);
          throw new IllegalStateException("a planted bug");
        });
    leases.drive("bank", lease -> called(calls, Optional.empty()));
    take(failing);
    take(calls);
    take(failing);
  }

  @Test
  void aHolderOfAnotherHostThatIsSilentIsReplacedAfterTheLimitAndNotBefore() throws Exception {
    String elsewhere = "4711.1.ffffffff.elsewhere";
    heldBy(elsewhere, Instant.now().plusSeconds(3600));
    Leases leases = open();
    assertThat(leases.holder("shop")).map(Leases.Holder::process).contains(4711L);
    Instant lastHeard = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    heldBy(elsewhere, lastHeard);
    var calls = new LinkedBlockingQueue<Instant>();
    leases.drive(
        "shop",
        lease -> {
          calls.add(Instant.now());
          return Optional.empty();
        });
    assertThat(Duration.between(lastHeard, take(calls)))
        .isBetween(FAST.deadAfter(), FAST.deadAfter().plusSeconds(5));
  }

  @Test
  void aHolderOfThisHostWhoseNumberIsNowAnotherProcesssIsReplacedAtOnce() throws Exception {
    ProcessMark own = ProcessMark.own();
    var reused =
        new ProcessMark(own.process(), own.started() - 1, own.space(), own.host()).toString();
    heldBy(reused, Instant.now().plusSeconds(3600));
    Leases leases = open();
    assertThat(leases.holder("shop")).isEmpty();
    var calls = new LinkedBlockingQueue<Integer>();
    leases.drive("shop", lease -> called(calls, Optional.empty()));
    take(calls);
  }

  @Test
  void aHolderThatLivesOrCannotBeJudgedIsLeftAlone() throws Exception {
    ProcessMark own = ProcessMark.own();
    var otherContainer = new ProcessMark(own.process(), own.started() - 1, "0badf00d", own.host());
    for (String holder : List.of(own.toString(), otherContainer.toString(), "somebody")) {
      heldBy(holder, Instant.now().plusSeconds(3600));
      Leases leases = open();
      var calls = new LinkedBlockingQueue<Integer>();
      leases.drive("shop", lease -> called(calls, Optional.empty()));
      assertThat(calls.poll(500, TimeUnit.MILLISECONDS)).as(holder).isNull();
      leases.close();
      opened.clear();
    }
  }

  @Test
  void whoLosesTheLeaseNoticesAndDoesNotDisturbTheNext() throws Exception {
    var leasesSeen = new LinkedBlockingQueue<Lease>();
    var go = new CountDownLatch(1);
    open()
        .drive(
            "shop",
            lease -> {
              leasesSeen.add(lease);
              go.await();
              return Optional.of(Instant.now().plusSeconds(3600));
            });
    Lease lease = take(leasesSeen);
    assertThat(lease.stillHeld()).isTrue();
    heldBy("4711.1.ffffffff.elsewhere", Instant.now().plusSeconds(3600));
    assertThat(lease.stillHeld()).isFalse();
    go.countDown();
    Thread.sleep(500);
    assertThat(open().holder("shop")).map(Leases.Holder::process).contains(4711L);
  }

  @Test
  void closingLetsLongWorkEndAndGivesTheLeaseBack() throws Exception {
    var begun = new LinkedBlockingQueue<Lease>();
    SqliteLeases first = open();
    first.drive(
        "shop",
        lease -> {
          begun.add(lease);
          while (lease.stillHeld()) {
            Thread.sleep(10);
          }
          return Optional.of(Instant.now());
        });
    take(begun);
    first.close();
    opened.clear();
    var calls = new LinkedBlockingQueue<Integer>();
    Leases second = open();
    assertThat(second.holder("shop")).isEmpty();
    second.drive("shop", lease -> called(calls, Optional.empty()));
    take(calls);
  }

  @Test
  void aFileThatCannotBeWrittenStopsTheWorkAndItGoesOnByItselfAfterwards() throws Exception {
    var calls = new AtomicInteger();
    Leases leases = open();
    leases.drive(
        "shop",
        lease -> {
          calls.incrementAndGet();
          return Optional.of(Instant.now().plusMillis(20));
        });
    eventually(() -> calls.get() > 3);
    sql(
        "CREATE TRIGGER full_a BEFORE UPDATE ON scheduled_tasks BEGIN SELECT RAISE(ABORT, 'full');"
            + " END");
    sql("CREATE TRIGGER full_b BEFORE INSERT ON wake BEGIN SELECT RAISE(ABORT, 'full'); END");
    Thread.sleep(300);
    int stopped = calls.get();
    Thread.sleep(1000);
    assertThat(calls.get()).as("calls while nothing can be written").isEqualTo(stopped);
    assertThatThrownBy(() -> leases.wake("shop"))
        .isInstanceOf(OutsideException.class)
        .hasMessageStartingWith("cannot write journal");
    sql("DROP TRIGGER full_a");
    sql("DROP TRIGGER full_b");
    eventually(() -> calls.get() > stopped + 3);
  }

  @Test
  void manyWorkloadsRunSideBySide() throws Exception {
    int many = 60;
    var together = new CountDownLatch(many);
    Leases leases = open();
    Set<String> done = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < many; i++) {
      leases.drive(
          "workload-" + i,
          lease -> {
            together.countDown();
            together.await();
            done.add(lease.workload());
            return Optional.empty();
          });
    }
    eventually(() -> done.size() == many);
  }

  private static <T> Optional<T> called(LinkedBlockingQueue<Integer> calls, Optional<T> answer) {
    calls.add(1);
    return answer;
  }

  private static <T> T take(LinkedBlockingQueue<T> queue) throws InterruptedException {
    T taken = queue.poll(LONG.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(taken).as("what should have come within " + LONG).isNotNull();
    return taken;
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.sleep(10);
    }
  }

  /** As if somebody else had picked the workload's execution. */
  private void heldBy(String holder, Instant heartbeat) throws SQLException {
    sql(
        """
        INSERT INTO scheduled_tasks
          (task_name, task_instance, execution_time, picked, picked_by, last_heartbeat, version)
        VALUES ('promotion', 'shop', 0, 1, '%1$s', %2$d, 100)
        ON CONFLICT DO UPDATE SET
          picked = 1, picked_by = '%1$s', last_heartbeat = %2$d, version = version + 1\
        """
            .formatted(holder, heartbeat.toEpochMilli()));
  }

  private void sql(String change) throws SQLException {
    SqliteJournal.open(folder).close();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("landfall.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.executeUpdate(change);
    }
  }
}
