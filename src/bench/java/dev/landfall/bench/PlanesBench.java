package dev.landfall.bench;

import dev.landfall.LastingFolders;
import dev.landfall.adapter.address.AddressWorld;
import dev.landfall.adapter.command.CommandRouter;
import dev.landfall.adapter.dns.DnsRouter;
import dev.landfall.adapter.dns.DnsWorld;
import dev.landfall.adapter.haproxy.HaproxyFront;
import dev.landfall.adapter.haproxy.HaproxyRouter;
import dev.landfall.adapter.pgbouncer.PgbouncerWorld;
import dev.landfall.adapter.router.HttpRouter;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Router;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Side;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * How long it takes on each plane from the order of a controller until a user who asks all the time
 * is led by it, and what that user notices: everybody to the target and back, again and again,
 * against the real products.
 *
 * <p>Budget: on the planes that carry HTTP, the worst within a second of the order and no request
 * failed, because users of a flight that does harm are to be back within a second of the verdict.
 * The others have none: a name keeps to its TTL, an address cannot hold a request, and PgBouncer
 * waits for transactions.
 *
 * <p>Options: {@code --moves N} of each plane (default 20), {@code --only WORD} for the planes
 * alone whose name has it. The addresses need root: they are moved between network namespaces.
 */
final class PlanesBench {
  private static final String TOKEN = "a token of the bench";
  private static final Duration LOW = Duration.ofSeconds(2);
  private static final double BUDGET_MILLIS = 1000;

  private final Options options;
  private final Findings findings;
  private boolean met = true;

  private PlanesBench(Options options, Findings findings) {
    this.options = options;
    this.findings = findings;
  }

  static void run(Options options, Findings findings) throws Exception {
    new PlanesBench(options, findings).run();
  }

  /** Moves everybody to a side, and tells what a user saw. */
  private interface Mover {
    Moved to(Side side) throws Exception;
  }

  /**
   * One move.
   *
   * @param orderMillis until the order was acknowledged
   */
  private record Moved(double orderMillis, Asking.Seen seen) {}

  private void run() throws Exception {
    findings.say("From the order until a user who asks without a pause is led by it:");
    findings.head(
        "plane",
        "moves",
        "order acknowledged, ms, median (worst)",
        "a user is led by it, ms, median (worst)",
        "longest time without an answer, ms, median (worst)",
        "requests failed");
    overHttp();
    if (asked("PgBouncer")) {
      pgbouncer();
    }
    for (String address : List.of(AddressWorld.IPV4, AddressWorld.IPV6)) {
      address("a service address, IPv" + (address.contains(":") ? 6 : 4), address, false);
    }
    address("a service address, by keepalived, advert_int 0.2", AddressWorld.IPV4, true);
    if (asked("DNS")) {
      dns();
    }
    findings.say("");
    findings.say(
        "Budget: where HTTP is carried, the worst within %.0f ms and no request failed: %s.",
        BUDGET_MILLIS, met ? "met" : "not met");
    notes();
  }

  private boolean asked(String plane) {
    return options.text("only").filter(word -> !plane.contains(word)).isEmpty();
  }

  private void notes() {
    findings.say("");
    findings.say("- A user is one, who asks again as soon as an answer or a failure is there.");
    findings.say(
        "- PgBouncer: its clients are held first, as in every cutover; the order is the one that"
            + " leads them on.");
    findings.say(
        "- The address: a new connection for each request, in network namespaces on one machine;"
            + " when somebody else answers is known to 5 ms.");
    findings.say(
        "- DNS: BIND with one secondary; the user asks a resolver that keeps to the TTL of %d s,"
            + " so half of it is the best that can be expected. How long until nobody honest is"
            + " led by the answer before: `./bench dns`.",
        LOW.toSeconds());
    findings.say(
        "- A program: Bash and curl, which hand the order to Landfall's router; each order starts"
            + " it anew.");
  }

  private void move(String plane, boolean budgeted, Mover mover) throws Exception {
    var orders = new ArrayList<Double>();
    var users = new ArrayList<Double>();
    var gaps = new ArrayList<Double>();
    long failed = 0;
    for (int i = 0; i < options.number("moves", 20); i++) {
      Moved moved = mover.to(i % 2 == 0 ? Side.TARGET : Side.SOURCE);
      orders.add(moved.orderMillis());
      users.add(moved.seen().millis());
      gaps.add(moved.seen().gapMillis());
      failed += moved.seen().failed();
    }
    findings.row(plane, users.size(), words(orders), words(users), words(gaps), failed);
    if (budgeted) {
      met &= failed == 0 && Sample.of(users).max() <= BUDGET_MILLIS;
    }
  }

  private static String words(List<Double> millis) {
    Sample sample = Sample.of(millis);
    return "%s (%s)"
        .formatted(VerdictBench.number(sample.median()), VerdictBench.number(sample.max()));
  }

  private void overHttp() throws Exception {
    if (!asked("router") && !asked("HAProxy") && !asked("program")) {
      return;
    }
    Path folder = LastingFolders.make("landfall-bench-planes");
    int port = Child.freePort();
    int control = Child.freePort();
    URI orders = URI.create("http://127.0.0.1:" + control);
    var program =
        new CommandRouter.Program(
            "bench",
            List.of(
                Path.of("src/test/resources/command/through-router").toAbsolutePath().toString(),
                orders.toString()),
            true,
            true,
            Duration.ofSeconds(10),
            Optional.of(TOKEN));
    try (var source = new SideService(Side.SOURCE, 0);
        var target = new SideService(Side.TARGET, 0);
        var process = Doors.router(folder, port, control, TOKEN);
        var haproxy = HaproxyFront.start(Files.createDirectories(folder.resolve("haproxy")));
        var first = new HttpRouter(orders, TOKEN);
        var second = new HaproxyRouter(haproxy.control(), haproxy.route());
        var third = new CommandRouter(program, (_, _) -> true)) {
      var sides = new Sides(source.url(), target.url());
      URI page = URI.create("http://127.0.0.1:" + port + "/");
      carried("Landfall's router", first, page, sides);
      carried("HAProxy", second, haproxy.users(), sides);
      carried("a program of the user's own", third, page, sides);
      if (!process.alive()) {
        throw new IllegalStateException("the router ended: " + process.says());
      }
    }
  }

  /** Where a plane leads. */
  private record Sides(String source, String target) {
    RouteOrder order(long epoch, Side side, Optional<Duration> hold, boolean prepare) {
      return new RouteOrder(
          epoch,
          source,
          target,
          side == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY,
          hold,
          Optional.empty(),
          prepare);
    }
  }

  private void carried(String plane, Router router, URI page, Sides sides) throws Exception {
    if (!asked(plane)) {
      return;
    }
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (router.look().fault().isPresent() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    // One router has two planes here; the second goes on where the first was.
    long[] epoch = {router.look().order().map(RouteOrder::epoch).orElse(0L)};
    router.order(sides.order(++epoch[0], Side.SOURCE, Optional.empty(), false));
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var user = new Asking(() -> ask(client, page))) {
      move(
          plane,
          true,
          side ->
              timed(
                  user,
                  side,
                  () -> router.order(sides.order(++epoch[0], side, Optional.empty(), false))));
    }
  }

  private static String ask(HttpClient client, URI page) throws Exception {
    var request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(20)).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("was answered " + answer.statusCode());
    }
    return answer.body();
  }

  private static Moved timed(Asking user, Side side, Runnable order) throws Exception {
    user.rest();
    long begun = System.nanoTime();
    order.run();
    double acknowledged = (System.nanoTime() - begun) / 1e6;
    return new Moved(acknowledged, user.until(side, begun));
  }

  private void pgbouncer() throws Exception {
    var sides = new Sides(PgbouncerWorld.url("source"), PgbouncerWorld.url("target"));
    try (var world = new PgbouncerWorld(LastingFolders.make("landfall-bench-pgbouncer"));
        var router = world.router()) {
      long[] epoch = {0};
      router.order(sides.order(++epoch[0], Side.SOURCE, Optional.empty(), false));
      try (var client = world.client();
          var user = new Asking(() -> PgbouncerWorld.sideOf(client))) {
        move(
            "PgBouncer",
            false,
            side -> {
              Optional<Duration> hold = Optional.of(Duration.ofSeconds(20));
              user.rest();
              router.order(sides.order(++epoch[0], side.other(), hold, false));
              while (router.look().inFlight() > 0) {
                Thread.sleep(1);
              }
              RouteOrder on = sides.order(++epoch[0], side, Optional.empty(), false);
              long begun = System.nanoTime();
              router.order(on);
              double acknowledged = (System.nanoTime() - begun) / 1e6;
              return new Moved(acknowledged, user.until(side, begun));
            });
      }
    }
  }

  private void address(String plane, String address, boolean keepalived) throws Exception {
    if (!asked(plane)) {
      return;
    }
    Path folder = LastingFolders.make("landfall-bench-address");
    try (var world = new AddressWorld(folder, address)) {
      for (Side side : Side.values()) {
        if (keepalived) {
          world.startKeepalived(side);
        } else {
          world.startAgent(side);
        }
      }
      try (var router = world.plane();
          var user = world.user()) {
        router.order(AddressWorld.order(1, Side.SOURCE));
        user.until(Side.SOURCE);
        long[] epoch = {1};
        move(
            plane,
            false,
            side -> {
              user.report();
              long begun = System.nanoTime();
              router.order(AddressWorld.order(++epoch[0], side));
              double acknowledged = (System.nanoTime() - begun) / 1e6;
              AddressWorld.Asked asked = user.until(side);
              double led = (System.nanoTime() - begun) / 1e6;
              return new Moved(
                  acknowledged, new Asking.Seen(led, asked.failed(), asked.gapMillis()));
            });
      }
    }
  }

  private void dns() throws Exception {
    Path folder = LastingFolders.make("landfall-bench-dns");
    var sides = new Sides("http://source", "http://target");
    try (var world = DnsWorld.bind(folder, 4, DnsWorld.SOURCE)) {
      String resolver = world.unbound("users");
      Callable<String> asks =
          () -> world.leadsTo(resolver).equals(DnsWorld.TARGET) ? "target" : "source";
      try (var router =
              new DnsRouter(world.settings(LOW), world::secret, (_, _) -> true, Clock.systemUTC());
          var user = new Asking(asks)) {
        long[] epoch = {1};
        router.order(sides.order(1, Side.SOURCE, Optional.empty(), true));
        move(
            "DNS, a low TTL of %d s".formatted(LOW.toSeconds()),
            false,
            side -> {
              while (router.look().settling().filter(each -> each.ready()).isEmpty()) {
                Thread.sleep(10);
              }
              return timed(
                  user,
                  side,
                  () -> router.order(sides.order(++epoch[0], side, Optional.empty(), true)));
            });
      }
    }
  }
}
