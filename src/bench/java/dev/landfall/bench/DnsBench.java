package dev.landfall.bench;

import dev.landfall.LastingFolders;
import dev.landfall.adapter.dns.DnsRouter;
import dev.landfall.adapter.dns.DnsWorld;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long an order to a name takes: until it is given, until the primary and the secondary of the
 * zone lead by it, and until it is known that nobody honest is led by the one before.
 *
 * <p>No budget: the last is the low TTL, of 2 seconds here, plus what it takes to see that; before
 * it there is only what BIND needs, which tells its secondary at once when it is set up as the
 * guide says.
 *
 * <p>Options: {@code --orders N} (default 20).
 */
final class DnsBench {
  private static final Duration LOW = Duration.ofSeconds(2);

  private DnsBench() {}

  static void run(Options options, Findings findings) throws Exception {
    var given = new ArrayList<Double>();
    var everywhere = new ArrayList<Double>();
    var settled = new ArrayList<Double>();
    Path folder = LastingFolders.make("landfall-bench-dns");
    try (var world = DnsWorld.bind(folder, 4, DnsWorld.SOURCE)) {
      world.unbound("users");
      try (var router =
          new DnsRouter(world.settings(LOW), world::secret, (_, _) -> true, Clock.systemUTC())) {
        router.order(order(1, false));
        while (!isReady(router)) {
          Thread.sleep(10);
        }
        for (int n = 0; n < options.number("orders", 20); n++) {
          boolean there = n % 2 == 0;
          long begun = System.nanoTime();
          router.order(order(n + 2L, there));
          given.add(millisSince(begun));
          List<String> all = List.of(at(there), at(there));
          while (!world.leadTo().equals(all)) {
            Thread.sleep(1);
          }
          everywhere.add(millisSince(begun));
          while (!isReady(router)) {
            Thread.sleep(5);
          }
          settled.add(millisSince(begun));
        }
      }
    }
    findings.head("from the order until", "orders", "median ms", "p90 ms", "max ms");
    row(findings, "it is given, and the primary leads by it", given);
    row(findings, "every server of the zone leads by it", everywhere);
    row(findings, "nobody honest is led by the one before, with a low TTL of 2 s", settled);
  }

  private static void row(Findings findings, String what, List<Double> millis) {
    Sample sample = Sample.of(millis);
    findings.row(what, millis.size(), sample.median(), sample.at(90), sample.max());
  }

  private static String at(boolean there) {
    return there ? DnsWorld.TARGET : DnsWorld.SOURCE;
  }

  private static boolean isReady(DnsRouter router) {
    return router.look().settling().filter(each -> each.ready()).isPresent();
  }

  private static double millisSince(long begun) {
    return (System.nanoTime() - begun) / 1e6;
  }

  private static RouteOrder order(long epoch, boolean there) {
    return new RouteOrder(
        epoch,
        "http://source",
        "http://target",
        there ? Cohort.EVERYBODY : Cohort.NOBODY,
        Optional.empty(),
        Optional.empty(),
        true);
  }
}
