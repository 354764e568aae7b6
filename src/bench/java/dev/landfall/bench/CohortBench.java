package dev.landfall.bench;

import dev.landfall.LastingFolders;
import dev.landfall.adapter.haproxy.HaproxyInclude;
import dev.landfall.adapter.haproxy.HaproxyRouter;
import dev.landfall.adapter.router.HttpRouter;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Asker;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Router;
import dev.landfall.routing.Sorter;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether planes lead every user as the reference says while a share rises, and what that costs: a
 * crowd that asks at each step, the time of a lookup among many who are named, the time that a
 * router takes longer with cohorts, and the time from an order to its effect.
 *
 * <p>Budget: no user flips while the share rises, every user is on the same side on every plane,
 * and the share is off by less than 0.2 points at 1 %. The others have no budget: they are told so
 * that it is seen when they change.
 *
 * <p>Options: {@code --users N} (default 1,000,000), {@code --named N} (default 1,000,000), {@code
 * --rounds N} and {@code --seconds N} of wrk (default 5 and 5).
 */
final class CohortBench {
  private static final String ROUTE = "bench";
  private static final String SALT = "bench";
  private static final String TOKEN = "a token of the bench";
  private static final Identity BY_HEADER =
      new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty());
  private static final List<Integer> RAMP = List.of(100, 500, 2_500, 5_000, Cohort.ALL);
  private static final double SHARE_OFF_MAX = 0.2;
  private static final int ORDERS = 100;

  private final Options options;
  private final Path folder;
  private final int source = Child.freePort();
  private final int target = Child.freePort();
  private long epoch;

  private CohortBench(Options options, Path folder) throws IOException {
    this.options = options;
    this.folder = folder;
  }

  static void run(Options options, Findings findings) throws Exception {
    Path folder = LastingFolders.make("landfall-bench-cohorts");
    var bench = new CohortBench(options, folder);
    int ours = Child.freePort();
    int control = Child.freePort();
    int theirs = Child.freePort();
    try (var services = Doors.nginx("services", folder, bench.services());
        var first = Doors.router(folder, ours, control, TOKEN);
        var second = bench.haproxy(theirs);
        var router = new HttpRouter(URI.create("http://127.0.0.1:" + control), TOKEN);
        var haproxy = new HaproxyRouter("unix:" + folder.resolve("master.sock"), ROUTE)) {
      var planes = new LinkedHashMap<String, Plane>();
      planes.put("Landfall", new Plane(router, ours));
      planes.put("HAProxy", new Plane(haproxy, theirs));
      bench.wake(planes);
      bench.sticky(planes, findings);
      bench.effect(planes, findings);
      bench.cost(planes, findings);
      bench.lookups(findings);
      if (!services.alive() || !first.alive() || !second.alive()) {
        throw new IllegalStateException("a server ended meanwhile");
      }
    }
  }

  /** What takes orders, and where users come in. */
  private record Plane(Router orders, int port) {}

  /** A plane that has just been started may not listen yet. */
  private void wake(Map<String, Plane> planes) throws InterruptedException {
    for (Plane plane : planes.values()) {
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (plane.orders().look().fault().isPresent()) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(plane.orders().look().fault().get());
        }
        Thread.sleep(50);
      }
      order(plane, Cohort.NOBODY);
    }
  }

  private void order(Plane plane, Cohort cohort) {
    try {
      plane
          .orders()
          .order(
              new RouteOrder(
                  ++epoch,
                  "http://127.0.0.1:" + source,
                  "http://127.0.0.1:" + target,
                  cohort,
                  Optional.empty(),
                  Optional.empty()));
    } catch (OutsideException e) {
      throw new IllegalStateException("the order was not taken", e);
    }
  }

  private static Cohort share(int share) {
    return share == Cohort.ALL
        ? Cohort.EVERYBODY
        : new Cohort(share, SALT, BY_HEADER, Named.NOBODY, Named.NOBODY);
  }

  private void sticky(Map<String, Plane> planes, Findings findings) throws Exception {
    var crowd = new Crowd(Math.toIntExact(options.number("users", 1_000_000)));
    var before = new LinkedHashMap<String, byte[]>();
    long flips = 0;
    long others = 0;
    double off = 0;
    findings.say("%,d users, each asked once at each step:", crowd.count());
    findings.say("");
    findings.head(
        "share", "plane", "users on the target", "points off", "flips", "unlike the reference");
    for (int share : RAMP) {
      byte[] reference = reference(crowd, share);
      for (Map.Entry<String, Plane> each : planes.entrySet()) {
        order(each.getValue(), share(share));
        byte[] now = crowd.ask(each.getValue().port());
        long moved = IntStream.range(0, now.length).filter(user -> now[user] == 't').count();
        long back = back(before.put(each.getKey(), now), now);
        long unlike =
            IntStream.range(0, now.length).filter(user -> now[user] != reference[user]).count();
        double points = 100.0 * moved / crowd.count() - share / 100.0;
        flips += back;
        others += unlike;
        off = share == RAMP.getFirst() ? Math.max(off, Math.abs(points)) : off;
        findings.row(
            share / 100 + " %",
            each.getKey(),
            String.format(Locale.ROOT, "%,d", moved),
            String.format(Locale.ROOT, "%+.3f", points),
            back,
            unlike);
      }
    }
    findings.say("");
    findings.say(
        "Budget: no flip (%d), nobody on another side than by the reference (%d), less than %.1f"
            + " points off at 1 %% (%.3f): %s.",
        flips,
        others,
        SHARE_OFF_MAX,
        off,
        flips == 0 && others == 0 && off < SHARE_OFF_MAX ? "met" : "not met");
    findings.say("");
  }

  private static byte[] reference(Crowd crowd, int share) {
    var sorter = new Sorter(share(share));
    var sides = new byte[crowd.count()];
    for (int user = 0; user < sides.length; user++) {
      sides[user] = (byte) (sorter.side(asker(Crowd.name(user))) == Side.TARGET ? 't' : 's');
    }
    return sides;
  }

  private static Asker asker(String user) {
    return new Asker(Optional.of(user), List.of(), Optional.empty());
  }

  private static long back(byte[] before, byte[] now) {
    return before == null
        ? 0
        : IntStream.range(0, now.length)
            .filter(user -> before[user] == 't' && now[user] == 's')
            .count();
  }

  /** The time of an order, and whether the very next request goes by it. */
  private void effect(Map<String, Plane> planes, Findings findings) throws Exception {
    var one = new Crowd(1);
    findings.head(
        "plane", "order until in force, ms, median (worst)", "first request after it, late");
    for (Map.Entry<String, Plane> each : planes.entrySet()) {
      var times = new ArrayList<Double>();
      int late = 0;
      for (int i = 0; i < ORDERS; i++) {
        boolean there = i % 2 == 0;
        long begun = System.nanoTime();
        order(each.getValue(), there ? Cohort.EVERYBODY : Cohort.NOBODY);
        times.add((System.nanoTime() - begun) / 1e6);
        late += one.ask(each.getValue().port())[0] == (there ? 't' : 's') ? 0 : 1;
      }
      Sample sample = Sample.of(times);
      findings.row(
          each.getKey(),
          String.format(Locale.ROOT, "%.1f (%.1f)", sample.median(), sample.max()),
          late + " of " + ORDERS);
    }
    findings.say("");
  }

  /** What users pay for being told apart: the same request, with and without a cohort in force. */
  private void cost(Map<String, Plane> planes, Findings findings) {
    long rounds = options.number("rounds", 5);
    long seconds = options.number("seconds", 5);
    findings.head(
        "plane",
        "4 connections: p50 µs without, with a cohort",
        "added to p50, µs (min to max)",
        "p99 ms without, with",
        "64 connections: rate with, of that without");
    for (Map.Entry<String, Plane> each : planes.entrySet()) {
      Plane plane = each.getValue();
      Wrk.on(plane.port(), seconds, 64, "X-User: ann");
      var plain = new ArrayList<Wrk>();
      var told = new ArrayList<Wrk>();
      var rates = new ArrayList<Double>();
      for (int round = 0; round < rounds; round++) {
        order(plane, Cohort.NOBODY);
        plain.add(Wrk.on(plane.port(), seconds, 4, "X-User: ann"));
        double full = Wrk.on(plane.port(), seconds, 64, "X-User: ann").rate();
        order(plane, share(5_000));
        told.add(Wrk.on(plane.port(), seconds, 4, "X-User: ann"));
        rates.add(Wrk.on(plane.port(), seconds, 64, "X-User: ann").rate() / full);
      }
      Sample added =
          Sample.of(
              IntStream.range(0, plain.size())
                  .mapToObj(i -> 1000 * (told.get(i).p50Millis() - plain.get(i).p50Millis()))
                  .toList());
      findings.row(
          each.getKey(),
          String.format(
              Locale.ROOT,
              "%.0f, %.0f",
              1000 * median(plain.stream().map(Wrk::p50Millis).toList()),
              1000 * median(told.stream().map(Wrk::p50Millis).toList())),
          String.format(
              Locale.ROOT, "%.0f (%.0f to %.0f)", added.median(), added.min(), added.max()),
          String.format(
              Locale.ROOT,
              "%.2f, %.2f",
              median(plain.stream().map(Wrk::p99Millis).toList()),
              median(told.stream().map(Wrk::p99Millis).toList())),
          median(rates));
    }
    findings.say("");
  }

  private static double median(List<Double> all) {
    return Sample.of(all).median();
  }

  /** Of the reference, which is the router's as well. */
  private void lookups(Findings findings) {
    int count = Math.toIntExact(options.number("named", 1_000_000));
    List<String> names = IntStream.range(0, count).mapToObj(Crowd::name).toList();
    var sorter =
        new Sorter(
            new Cohort(100, SALT, BY_HEADER, new Named(names, List.of(), List.of()), Named.NOBODY));
    List<Asker> askers =
        IntStream.range(0, 1 << 16)
            .mapToObj(i -> asker(i % 2 == 0 ? Crowd.name(i * 15 % count) : "nobody-" + i))
            .toList();
    var times = new ArrayList<Double>();
    for (int round = 0; round < 20; round++) {
      int moved = 0;
      long begun = System.nanoTime();
      for (int again = 0; again < 50; again++) {
        for (Asker asker : askers) {
          moved += sorter.side(asker) == Side.TARGET ? 1 : 0;
        }
      }
      double nanos = (System.nanoTime() - begun) / (50.0 * askers.size());
      if (moved < 50 * askers.size() / 2) {
        throw new IllegalStateException("those who are named were not moved");
      }
      if (round >= 5) {
        times.add(nanos);
      }
    }
    Sample sample = Sample.of(times);
    findings.say(
        "A lookup among %,d who are named, half of them asked for: %.0f ns, median of 15 (%.0f to"
            + " %.0f).",
        count, sample.median(), sample.min(), sample.max());
  }

  private String services() {
    return """
    daemon off;
    worker_processes 1;
    pid %s/services.pid;
    events { worker_connections 4096; }
    http {
      access_log off;
      keepalive_requests 1000000000;
      server { listen 127.0.0.1:%d backlog=1024; location / { default_type text/plain; return 200 "s"; } }
      server { listen 127.0.0.1:%d backlog=1024; location / { default_type text/plain; return 200 "t"; } }
    }
    """
        .formatted(folder, source, target);
  }

  private Child haproxy(int port) throws IOException {
    Path script = folder.resolve("landfall.lua");
    try (var lua = HaproxyInclude.class.getResourceAsStream("landfall.lua")) {
      Files.write(script, Objects.requireNonNull(lua).readAllBytes());
    }
    Path state = Files.createDirectories(folder.resolve("state"));
    var include =
        new HaproxyInclude(
            ROUTE, script.toString(), state.toString(), Optional.empty(), BY_HEADER, 1000);
    Path main = folder.resolve("haproxy.cfg");
    Path rules = folder.resolve("landfall.cfg");
    Files.writeString(
        main,
        """
        global
          nbthread %d
          maxconn 4096
        defaults
          mode http
          timeout connect 2s
          timeout client 60s
          timeout server 60s
        frontend users
          bind 127.0.0.1:%d
        %s
        """
            .formatted(Runtime.getRuntime().availableProcessors(), port, include.frontendLines()));
    Files.writeString(rules, include.text());
    return Child.start(
        "haproxy",
        folder,
        Map.of(),
        "/usr/sbin/haproxy",
        "-W",
        "-S",
        folder.resolve("master.sock").toString(),
        "-f",
        main.toString(),
        "-f",
        rules.toString());
  }
}
