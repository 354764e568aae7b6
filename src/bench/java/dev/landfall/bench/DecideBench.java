package dev.landfall.bench;

import dev.landfall.promotion.Cutover;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Flown;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Itinerary;
import dev.landfall.promotion.Phase;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Model;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Decisions in a second, on one thread: at rest with nothing to do, in the middle of a cutover, and
 * a whole plan from registered to promoted.
 *
 * <p>Budget: 100 thousand decisions a second. The simulation makes some thousands of them for each
 * of its 10 thousand seeds and has a minute for all; and in a cutover, 10 µs for a decision vanish
 * beside the milliseconds that each look at the outside takes. A plan has none: it is printed once.
 *
 * <p>Warmed up first, measured in several windows of a second, every result consumed. Options:
 * {@code --windows N} (default 5).
 */
final class DecideBench {
  private static final double PER_SECOND_MIN = 100_000;
  private static final long WINDOW_NANOS = 1_000_000_000L;
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static int sink;

  private DecideBench() {}

  static void run(Options options, Findings findings) {
    Workload workload = workload();
    Promotion staged = promotion(workload, staged());
    Promotion cutting = promotion(workload, new Phase.CuttingOver(draining(), staged()));
    Input rest = new Input.Seen(world(Fence.OPEN, 0, false));
    Input held = new Input.Seen(world(Fence.FENCED, 2, true));
    findings.head("what", "decisions/s, median", "min", "max", "budget", "verdict");
    measure(options, findings, "at rest, nothing follows", 1, () -> decide(staged, rest));
    measure(options, findings, "draining, nothing follows", 1, () -> decide(cutting, held));
    int legs = Itinerary.of(workload, "plan", Goal.PROMOTED, NOW).size();
    measure(
        options,
        findings,
        "a whole plan to promoted, in its " + legs + " legs",
        legs,
        () -> Itinerary.of(workload, "plan", Goal.PROMOTED, NOW).size());
  }

  private static int decide(Promotion promotion, Input input) {
    return switch (Decider.decide(promotion, input, NOW)) {
      case Decision.Events(var events) when events.isEmpty() -> 1;
      case Decision.Events(var events) ->
          throw new IllegalStateException("the bench expects nothing to follow: " + events);
      case Decision.Refused refused -> throw new IllegalStateException(refused.message());
    };
  }

  private static void measure(
      Options options, Findings findings, String what, int decisions, IntSupplier work) {
    var rates = new ArrayList<Double>();
    // Two windows for the compilers, and then those that count.
    for (long window = -2; window < options.number("windows", 5); window++) {
      long rounds = 0;
      long begun = System.nanoTime();
      long took = 0;
      while (took < WINDOW_NANOS) {
        for (int at = 0; at < 100; at++) {
          sink += work.getAsInt();
        }
        rounds += 100;
        took = System.nanoTime() - begun;
      }
      if (window >= 0) {
        rates.add(rounds * (double) decisions / (took / 1e9));
      }
    }
    Sample sample = Sample.of(rates);
    findings.row(
        what,
        whole(sample.median()),
        whole(sample.min()),
        whole(sample.max()),
        decisions == 1 ? whole(PER_SECOND_MIN) : "none",
        decisions > 1 ? "" : sample.median() >= PER_SECOND_MIN ? "met" : "not met");
    Findings.tell("consumed %d", sink);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static Workload workload() {
    return new Workload(
        "shop",
        "bench",
        Model.SINGLE_STEP,
        List.of(
            new Asset.Data(
                "orders",
                "postgres",
                Endpoint.of("postgresql://127.0.0.1:1/shop"),
                Endpoint.of("postgresql://127.0.0.1:2/shop"),
                List.of(),
                false),
            new Asset.Service(
                "web",
                "http",
                Endpoint.of("http://127.0.0.1:3"),
                Endpoint.of("http://127.0.0.1:4"),
                List.of("orders"),
                Optional.of("/healthz"))),
        List.of(new Route("front", "router", "web", "http://127.0.0.1:5", Optional.empty())),
        Limits.DEFAULTS);
  }

  private static Promotion promotion(Workload workload, Phase phase) {
    return new Promotion(workload, "plan", Goal.STAGED, false, 2, Flown.NONE, Set.of(), phase);
  }

  private static Phase.Resting staged() {
    return new Phase.Resting(Phase.Rest.STAGED, NOW, 0, NOW, Optional.empty());
  }

  private static Cutover draining() {
    return new Cutover(
        Side.TARGET, "cutover-2", Cutover.Step.DRAINING, NOW, NOW.plusSeconds(5), NOW);
  }

  private static World world(Fence source, long epoch, boolean hold) {
    var link =
        new LinkSeen(
            LinkSeen.Phase.FOLLOWING,
            Optional.of(0L),
            Optional.of(Duration.ZERO),
            Optional.of(0L),
            Optional.empty(),
            Optional.empty());
    var check =
        new CheckSeen(
            Optional.of(NOW), 100, 0, 1_000, Optional.empty(), 0, Duration.ZERO, List.of());
    var data =
        new DataSeen(
            side(source, epoch),
            side(Fence.FENCED, epoch),
            link,
            link,
            check,
            List.of(),
            List.of());
    var order =
        new RouteOrder(
            2,
            "http://127.0.0.1:3",
            "http://127.0.0.1:4",
            Cohort.NOBODY,
            hold ? Optional.of(Duration.ofSeconds(5)) : Optional.empty(),
            Optional.of("/healthz"));
    var route =
        new RouteSeen(
            Optional.empty(),
            Optional.of(order),
            hold,
            false,
            0,
            0,
            0,
            Duration.ZERO,
            0,
            Optional.of(true),
            Optional.of(true),
            List.of());
    return new World(Map.of("orders", data), Map.of("front", route));
  }

  private static SideSeen side(Fence fence, long epoch) {
    return new SideSeen(
        Optional.empty(), fence, epoch, Optional.empty(), Optional.empty(), Optional.empty(), 0);
  }
}
