package dev.landfall.engine;

import dev.landfall.adapter.memory.MemoryReplicator;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.DataPlan;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Flight;
import dev.landfall.workload.FlightPlan;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Named;
import dev.landfall.workload.Route;
import dev.landfall.workload.Scrutiny;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** What a seed says about the world, the people and what goes wrong; times in microseconds. */
final class Scenario {
  static final long MILLI = 1000;
  static final long SECOND = 1_000_000;

  final SplittableRandom random;
  final List<Workload> workloads = new ArrayList<>();
  final int controllers;
  final int tables;
  final int customers;
  final MemoryReplicator.Links links;
  final long latency;
  final long linkLatency;
  final long chaosEnds;

  /** Whether nothing goes wrong at all: then no request may fail. */
  final boolean calm;

  final double crash;
  final double stall;
  final double loseOrder;
  final double loseAnswer;
  final double late;
  final double repeat;
  final double loseLook;
  final double journalRefuses;
  final double leaseLost;

  /** Mean time between outages of one database, plane or link; zero for none. */
  final long outageEvery;

  /** The longest outage. */
  final long outageMost;

  /**
   * How likely people give a side up while it is down; zero in most lives. All servers of a side go
   * down together then, at times.
   */
  final double givesUp;

  /** Whether a side that was given up comes back. */
  final boolean lostComeBack;

  /** Mean time between the transactions of programs that come by no route; zero for none. */
  final long batchEvery;

  /** The longest such transaction. */
  final long batchMost;

  /** Mean time between maintenance of one database that a fence would wait for; zero for none. */
  final long maintenanceEvery;

  /** What maintenance is like: apart from the rest, as are the losses. */
  final SplittableRandom maintenance;

  /** What people do with flights, and what their plan is: apart from the rest as well. */
  final SplittableRandom flying;

  /** Whether users move in flights. */
  final boolean flies;

  /**
   * Whether both sides accept writes while they fly: by one plane, and where nothing is carried
   * back.
   */
  final boolean twoWay;

  /**
   * Mean time between rows that are in the way of a link, until somebody mends them; 0 for none.
   */
  final long stuckEvery;

  /** What these are like: apart from the rest. */
  final SplittableRandom sticking;

  /** When the target's services begin to do harm, and stop. */
  final long harmFrom;

  final long harmUntil;

  /** Whether anybody comes but customers, before nothing goes wrong any more. */
  final boolean crowdsCome;

  /** What planes there are besides fronts, and what becomes of them: apart from the rest too. */
  final SplittableRandom planes;

  /** Times of names, if there are any. */
  final Name.Times times;

  private final boolean named;

  /** What becomes of an address, if there is one: apart from the rest. */
  final SplittableRandom addressing;

  /** Mean time between such in which an address says that it could not be moved; 0 for none. */
  final long unableEvery;

  /** Whether there is an address as well, which everybody comes by at once. */
  private final boolean addressed;

  private final boolean pooled;

  /** What being staged is like, in the lives in which the workload is. */
  final SplittableRandom staging;

  private final boolean staged;

  /** What gates there are and what people do with them, in the lives in which the file has any. */
  final SplittableRandom gating;

  /** Whether it has. */
  final boolean gated;

  Scenario(long seed, boolean gated) {
    this.gated = gated;
    gating = new SplittableRandom(seed ^ 0x6a7ed);
    random = new SplittableRandom(seed);
    calm = random.nextInt(6) == 0;
    links =
        random.nextBoolean()
            ? MemoryReplicator.Links.BOTH_AT_ONCE
            : MemoryReplicator.Links.ONE_AT_A_TIME;
    controllers = 1 + random.nextInt(3);
    tables = 1 + random.nextInt(2);
    customers = 2 + random.nextInt(3);
    latency = 200L + random.nextInt(4000);
    linkLatency =
        MILLI * (random.nextInt(4) == 0 ? 20 + random.nextInt(150) : 1 + random.nextInt(9));
    chaosEnds = SECOND * (8L + random.nextInt(14));
    crash = chance(0.002, 0.02);
    stall = chance(0.001, 0.005);
    loseOrder = chance(0.01, 0.08);
    loseAnswer = chance(0.01, 0.08);
    late = chance(0.01, 0.08);
    repeat = chance(0.02, 0.2);
    loseLook = chance(0.002, 0.01);
    journalRefuses = chance(0.01, 0.06);
    leaseLost = chance(0.002, 0.02);
    outageEvery = calm || random.nextInt(3) == 0 ? 0 : SECOND * (3 + random.nextInt(15));
    outageMost = SECOND * (random.nextInt(3) == 0 ? 12 : 2);
    batchEvery = random.nextInt(2) == 0 ? 0 : MILLI * (50 + random.nextInt(1500));
    batchMost = MILLI * (random.nextInt(3) == 0 ? 900 : 40);
    // Apart from the rest, so that lives without it are as they would be without this dice.
    var losses = new SplittableRandom(seed ^ 0x1057);
    givesUp = outageEvery > 0 && losses.nextInt(4) == 0 ? 0.2 + losses.nextDouble() : 0;
    lostComeBack = losses.nextBoolean();
    maintenance = new SplittableRandom(seed ^ 0xacc);
    maintenanceEvery = maintenance.nextInt(3) > 0 ? 0 : SECOND * (2 + maintenance.nextInt(10));
    flying = new SplittableRandom(seed ^ 0xf117);
    flies = flying.nextInt(4) == 0;
    var sharing = new SplittableRandom(seed ^ 0x2a11);
    twoWay = sharing.nextInt(2) == 0 && links == MemoryReplicator.Links.BOTH_AT_ONCE;
    harmFrom = flying.nextBoolean() ? Long.MAX_VALUE : SECOND * (1 + flying.nextInt(12));
    harmUntil = harmFrom == Long.MAX_VALUE ? harmFrom : harmFrom + SECOND * (1 + flying.nextInt(8));
    crowdsCome = flying.nextInt(4) > 0;
    staging = new SplittableRandom(seed ^ 0x57a6ed);
    staged = staging.nextInt(4) == 0;
    planes = new SplittableRandom(seed ^ 0x91a7e5);
    boolean shared = flies && twoWay && !staged;
    sticking = new SplittableRandom(seed ^ 0x57c4);
    stuckEvery =
        shared && !calm && sticking.nextInt(3) > 0 ? SECOND * (1 + sticking.nextInt(6)) : 0;
    named = planes.nextInt(5) == 0 && !shared;
    pooled = planes.nextInt(4) == 0 && !shared;
    addressing = new SplittableRandom(seed ^ 0xadd7e55);
    addressed = addressing.nextInt(6) == 0 && !shared;
    unableEvery =
        addressed && !calm && addressing.nextBoolean() ? SECOND * (1 + addressing.nextInt(4)) : 0;
    times = times(planes);
    int count = random.nextInt(8) == 0 ? 2 : 1;
    for (int i = 0; i < count; i++) {
      workloads.add(workload(i == 0 ? "shop" : "bank"));
    }
  }

  /** Some are lowered to less than a look takes, and some not even below the soak. */
  private static Name.Times times(SplittableRandom dice) {
    int low = dice.nextInt(3) == 0 ? 1000 + dice.nextInt(1500) : 50 + dice.nextInt(250);
    int lag = 1 + dice.nextInt(dice.nextInt(4) == 0 ? 1500 : 100);
    return new Name.Times(MILLI * (low + dice.nextInt(2500)), MILLI * low, MILLI * lag);
  }

  private double chance(double low, double high) {
    int dice = random.nextInt(5);
    return calm || dice < 2 ? 0 : dice < 4 ? low : high;
  }

  private Workload workload(String name) {
    var limits =
        new Limits(
            Duration.ofMillis(2000),
            Duration.ofMillis(300),
            Duration.ofMillis(400),
            Duration.ofMillis(1000),
            Duration.ofMillis(500),
            2 + random.nextInt(3),
            Duration.ofMillis(named ? planes.nextInt(1500) : 1500),
            Optional.empty(),
            1L << 30,
            random.nextInt(5));
    var assets = new ArrayList<Asset>();
    int data = 1 + random.nextInt(4) / 3;
    for (int i = 0; i < data; i++) {
      assets.add(
          new Asset.Data(
              "data" + i,
              "memory",
              Endpoint.of("memory://source/" + name + i),
              Endpoint.of("memory://target/" + name + i),
              List.of(),
              false));
    }
    assets.add(
        new Asset.Service(
            "web",
            "http",
            Endpoint.of("http://source/" + name),
            Endpoint.of("http://target/" + name),
            List.of("data0"),
            Optional.empty()));
    boolean flying = flies && !staged;
    List<Route> routes = routes(name, assets, flying);
    return new Workload(
        name,
        "retail",
        staged ? Model.STAGED : flying ? Model.FLIGHT : Model.SINGLE_STEP,
        assets,
        routes,
        limits,
        flying ? Optional.of(plan()) : Optional.empty(),
        staged,
        staged && staging.nextBoolean()
            ? List.of(new Access("team", "memory", "data0", List.of("anna")))
            : List.of());
  }

  /** Those in front, those of databases, an address, and a name, which may be all there is. */
  private List<Route> routes(String workload, List<Asset> assets, boolean flying) {
    var routes = new ArrayList<Route>();
    int more = random.nextInt(4) / 3;
    int fronts = flying && twoWay ? 1 : 1 + more;
    boolean nameAlone = named && !flying && planes.nextInt(3) == 0;
    for (int i = 0; i < fronts && !nameAlone; i++) {
      String control = "http://control/" + workload + i;
      routes.add(new Route("front" + i, "router", "web", control, Optional.empty()));
    }
    if (named) {
      routes.add(route("name", "web", Route.Traits.OF_NAMES));
    }
    if (addressed) {
      routes.add(route("address", "web", Route.Traits.OF_ADDRESSES));
    }
    for (Asset asset : assets) {
      if (pooled && asset instanceof Asset.Data && planes.nextInt(4) > 0) {
        routes.add(route("pool-" + asset.name(), asset.name(), Route.Traits.OF_DATA));
      }
    }
    return routes;
  }

  private static Route route(String name, String asset, Route.Traits traits) {
    return new Route(name, "memory", asset, "memory", Optional.empty(), traits, Map.of());
  }

  private FlightPlan plan() {
    var flights = new ArrayList<Flight>();
    int count = 1 + flying.nextInt(3);
    for (int i = 1; i <= count; i++) {
      flights.add(
          new Flight(
              "flight" + i,
              i == count ? Flight.ALL : 2500 * i,
              Named.NOBODY,
              Duration.ofMillis(500 + flying.nextInt(1500)),
              Duration.ofSeconds(3 + flying.nextInt(4))));
    }
    return new FlightPlan(
        Identity.NONE,
        Named.NOBODY,
        flights,
        0.25,
        0.3,
        flying.nextBoolean() || twoWay ? FlightPlan.OnFail.ZERO : FlightPlan.OnFail.PREVIOUS,
        Scrutiny.STANDARD,
        data());
  }

  private DataPlan data() {
    boolean sourceFirst = flying.nextBoolean();
    if (twoWay) {
      return DataPlan.TWO_WAY;
    }
    return sourceFirst ? DataPlan.SOURCE_FIRST : DataPlan.TARGET_FIRST;
  }

  boolean happens(double chance) {
    return chance > 0 && random.nextDouble() < chance;
  }

  /** A time between both, evenly. */
  long between(long least, long most) {
    return least + random.nextLong(most - least + 1);
  }
}
