package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataOrder.FenceOff;
import dev.landfall.replication.DataOrder.Follow;
import dev.landfall.replication.DataOrder.Mark;
import dev.landfall.replication.DataOrder.Open;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.LinkSeen.Phase;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Copy and follow under one cap, through the relay, with the source's certificate checked. */
class CappedLinkIT {
  private static TestCertificate certificate;
  private static ServerPair pair;

  @BeforeAll
  static void start() throws Exception {
    var servers = ServerPair.WithTls.shared();
    certificate = servers.certificate();
    pair = servers.pair();
  }

  /** A database on each side, and what links them: as many times as there are controllers. */
  private record Pair(String name, PostgresServer source, PostgresServer target) {
    static Pair make(String name, int kilobytes) throws SQLException {
      var servers = pair.databases(name);
      var source =
          new PostgresServer(
              "localhost",
              pair.source.port(),
              name,
              "postgres",
              Optional.empty(),
              certificate.verified());
      var made = new Pair(name, source, servers[1]);
      ServerPair.run(source, "CREATE TABLE public.big (id bigserial PRIMARY KEY, body text)");
      made.write(kilobytes);
      return made;
    }

    /** Rows of a kilobyte that nothing on the way can make smaller. */
    void write(int kilobytes) throws SQLException {
      ServerPair.run(
          source,
          "INSERT INTO public.big (body) SELECT (SELECT string_agg(md5(random()::text), '')"
              + " FROM generate_series(1, 31 + n * 0)) FROM generate_series(1, "
              + kilobytes
              + ") n");
    }

    long rowsOnTarget() throws SQLException {
      return ServerPair.number(target, "SELECT count(*) FROM public.big");
    }

    String way() throws SQLException {
      return ServerPair.text(target, "SELECT way FROM landfall.control");
    }

    PostgresReplicator controller(String cap, BandwidthCap bucket) {
      return PostgresReplicator.of(
          LinkNames.of("capped", name, "", ""),
          new Control("capped", name),
          false,
          new Peer(Side.SOURCE, source),
          new Peer(Side.TARGET, target),
          limits(cap),
          bucket);
    }
  }

  private static Optional<Bandwidth> cap(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Bandwidth.parse(text));
  }

  private static BandwidthCap bucket(String text) {
    return new BandwidthCap(cap(text));
  }

  private static Limits limits(String cap) {
    var usual = Limits.DEFAULTS;
    return new Limits(
        usual.hold(),
        usual.settle(),
        usual.lockWait(),
        usual.lagMax(),
        usual.retryPause(),
        usual.cutoverAttemptsMax(),
        usual.soak(),
        cap(cap),
        usual.retainedBytesMax(),
        usual.sequenceMargin());
  }

  private static DataSeen await(PostgresReplicator controller, Predicate<DataSeen> wanted)
      throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    DataSeen seen = controller.look();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("seen was %s", seen).isLessThan(deadline);
      Thread.sleep(20);
      seen = controller.look();
    }
    return seen;
  }

  private static void stage(PostgresReplicator controller) throws Exception {
    controller.carryOut(new Follow(Side.SOURCE), 1);
    await(controller, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** What a bucket granted by when, looked at a hundred times a second. */
  private static final class Sampler implements AutoCloseable {
    private record Sample(long at, long bytes) {}

    private final List<Sample> samples = new ArrayList<>();
    private final BandwidthCap bucket;
    private final Thread thread;
    private volatile boolean stopped;

    Sampler(BandwidthCap bucket) {
      this.bucket = bucket;
      thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      while (!stopped) {
        // The clock is read after the bytes, so that a thread that was held up in between counts
        // too few bytes for the time and never too many.
        long bytes = bucket.taken();
        samples.add(new Sample(System.nanoTime(), bytes));
        try {
          Thread.sleep(10);
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    @Override
    public void close() throws InterruptedException {
      stopped = true;
      thread.join();
    }

    /** The most bytes in any window of at most a second between two moments. */
    long mostInASecond(long from, long to) {
      long most = 0;
      int first = 0;
      for (int last = 0; last < samples.size(); last++) {
        while (samples.get(first).at() < from
            || samples.get(last).at() - samples.get(first).at() > 1_000_000_000L) {
          if (++first >= last) {
            break;
          }
        }
        if (first < last && samples.get(last).at() <= to) {
          most = Math.max(most, samples.get(last).bytes() - samples.get(first).bytes());
        }
      }
      return most;
    }
  }

  @Test
  void copyAndFollowStayBelowOneCapThatChangesWhileTheyRun() throws Exception {
    var two = Pair.make("together", 2500);
    var bucket = bucket("8 Mbit/s");
    try (var sampler = new Sampler(bucket);
        var controller = two.controller("8 Mbit/s", bucket)) {
      long began = System.nanoTime();
      stage(controller);
      assertThat(seconds(began)).as("copied").isGreaterThan(2.3);

      two.write(2500);
      long written = System.nanoTime();
      Thread.sleep(1200);
      long changed = System.nanoTime();
      controller.heed(limits("32 Mbit/s"));
      while (two.rowsOnTarget() < 5000) {
        assertThat(seconds(written)).isLessThan(60);
        Thread.sleep(20);
      }
      assertThat(seconds(written)).as("followed").isGreaterThan(1.3);
      long end = System.nanoTime();
      sampler.close();
      assertThat(sampler.mostInASecond(began, changed)).isBetween(800_000L, 1_050_000L);
      assertThat(sampler.mostInASecond(changed, end)).isLessThan(4_200_000L);
      assertThat(bucket.taken()).isGreaterThan(5_000_000L);
    }
  }

  @Test
  void aLinkGoesOnThroughTheNextControllersRelayAndWithoutACapDirectly() throws Exception {
    var two = Pair.make("replaced", 10);
    try (var first = two.controller("80 Mbit/s", bucket("80 Mbit/s"))) {
      stage(first);
    }
    String before = two.way();
    assertThat(before).startsWith("127.0.0.1:");
    two.write(1);
    try (var second = two.controller("80 Mbit/s", bucket("80 Mbit/s"))) {
      await(second, seen -> seen.fromSource().phase() == Phase.RETAINING);
      await(second, seen -> seen.fromSource().phase() == Phase.FOLLOWING);
      assertThat(two.way()).startsWith("127.0.0.1:").isNotEqualTo(before);
      arrive(two, 11);
      assertThat(
              ServerPair.text(
                  two.source(),
                  "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)"
                      + " WHERE application_name = 'landfall link'"))
          .isEqualTo("t");

      second.heed(limits(""));
      await(second, seen -> "direct".equals(wayOf(two)));
      two.write(1);
      arrive(two, 12);
      second.heed(limits("80 Mbit/s"));
      await(second, seen -> !"direct".equals(wayOf(two)));
      two.write(1);
      arrive(two, 13);
    }
    try (var third = two.controller("", bucket(""))) {
      await(third, seen -> "direct".equals(wayOf(two)));
      two.write(1);
      arrive(two, 14);
    }
  }

  private static String wayOf(Pair two) {
    try {
      return two.way();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void arrive(Pair two, int rows) throws Exception {
    long began = System.nanoTime();
    while (two.rowsOnTarget() < rows) {
      assertThat(seconds(began)).isLessThan(40);
      Thread.sleep(20);
    }
  }

  @Test
  void betweenTheFencesADrainDoesNotWaitForTheCapAndAfterwardsItHoldsAgain() throws Exception {
    var two = Pair.make("drained", 1);
    try (var controller = two.controller("800 kbit/s", bucket("800 kbit/s"))) {
      stage(controller);
      two.write(1000);
      long began = System.nanoTime();
      give(controller, new FenceOff(Side.SOURCE));
      give(controller, new Mark(Side.SOURCE, "drained"));
      await(controller, seen -> seen.target().arrived().equals(Optional.of("drained")));
      assertThat(seconds(began)).as("ten seconds at the cap").isLessThan(6);

      give(controller, new Follow(Side.SOURCE));
      give(controller, new Open(Side.SOURCE));
      two.write(300);
      began = System.nanoTime();
      arrive(two, 1301);
      assertThat(seconds(began)).isGreaterThan(2.5);
    }
  }

  private static void give(PostgresReplicator controller, DataOrder order) {
    controller.carryOut(order, 2);
  }
}
