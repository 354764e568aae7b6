package dev.landfall.adapter.command;

import dev.landfall.control.HealthNotes;
import dev.landfall.control.RouteJson;
import dev.landfall.control.Withheld;
import dev.landfall.problem.OneLine;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Health;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A plane that a program of the user's own looks at and orders: {@code PROGRAM ... get} prints what
 * is seen, {@code PROGRAM ... set} reads an order, both in the JSON of the router's control port.
 *
 * <p>Nothing is remembered here, and the program is run anew for each question. It alone can
 * compare epochs in the same step in which it changes something, so the contract asks it to;
 * whether it tells the truth is seen by the next look.
 */
public final class CommandRouter implements Router {
  /** Ended so, a program says that it has an order of a newer epoch. */
  static final int HAS_A_NEWER_ORDER = 75;

  private static final String CONTRACT = "1";

  /** A fence is turned, and a step left, on these. */
  private static final Set<String> TOLD_BY_WHO_HOLDS =
      Set.of("holding", "holdRanOut", "inFlight", "inFlightUnsafe", "held", "heldMax", "refused");

  /** Of why it could not lead users to a side, in characters. */
  private static final int WHY_MAX = 500;

  private final Program program;
  private final HealthNotes health;

  /**
   * What the workload file says of a program.
   *
   * @param route the name of the route, which the program is told
   * @param words the whole path of the program, and its arguments
   * @param holds whether it can hold requests, and tells of them
   * @param users whether it can tell users apart
   * @param timeout how long one run may take
   * @param token handed to it as {@code LANDFALL_TOKEN}; absent when it needs none
   */
  public record Program(
      String route,
      List<String> words,
      boolean holds,
      boolean users,
      Duration timeout,
      Optional<String> token) {
    /** How long a program may take when nothing else is said. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    public Program {
      words = List.copyOf(words);
    }

    /** The token is a secret. */
    @Override
    public String toString() {
      return "program " + words + " of the route " + route;
    }
  }

  /** Runs a program; where it tells of no service whether that can serve, it is looked at. */
  public CommandRouter(Program program, Health health) {
    this.program = program;
    this.health = new HealthNotes(health);
  }

  @Override
  public RouteSeen look() {
    try {
      Run.End end = run("get", Map.of(), "");
      if (end.code() != 0) {
        throw new OutsideException(
            CommandProblem.FAILED,
            "cannot look at the route %s: %s get %s; run it by hand to see why"
                .formatted(program.route(), path(), end.words()));
      }
      return health.complete(seen(end.output()));
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private RouteSeen seen(String output) {
    try {
      return checked(RouteJson.seen(output, program.holds() ? TOLD_BY_WHO_HOLDS : Set.of()));
    } catch (IllegalArgumentException e) {
      throw new OutsideException(
          CommandProblem.ANSWER,
          "cannot look at the route %s: what %s get printed is not what the contract says (%s)"
              .formatted(program.route(), path(), e.getMessage()),
          e);
    }
  }

  /** That counts are counts: a fence would be turned on them; and that sentences are short. */
  private RouteSeen checked(RouteSeen seen) {
    if (seen.fault().isPresent()) {
      return RouteSeen.unreachable(told(seen.fault().get()));
    }
    boolean counts =
        seen.inFlight() >= 0
            && seen.inFlightUnsafe() >= 0
            && seen.inFlightUnsafe() <= seen.inFlight()
            && seen.held() >= 0
            && seen.refused() >= 0;
    if (!counts) {
      throw new IllegalArgumentException(
          "inFlight, inFlightUnsafe, held and refused are 0 or more, and inFlightUnsafe is a part"
              + " of inFlight");
    }
    var unable = new EnumMap<Side, String>(Side.class);
    seen.unable().forEach((side, why) -> unable.put(side, told(why)));
    return inContract(seen).withUnable(unable);
  }

  /** Without what only other planes tell of themselves. */
  private static RouteSeen inContract(RouteSeen seen) {
    return new RouteSeen(
        seen.fault(),
        seen.order(),
        seen.holding(),
        seen.holdRanOut(),
        seen.inFlight(),
        seen.inFlightUnsafe(),
        seen.held(),
        seen.heldMax(),
        seen.refused(),
        seen.sourceHealthy(),
        seen.targetHealthy(),
        seen.tallies());
  }

  /** It is journaled, and may be told again with each turn. */
  private String told(String why) {
    return OneLine.of(Withheld.from(why, program.token().orElse("")), WHY_MAX);
  }

  @Override
  public void order(RouteOrder order) {
    check(order);
    var told = new HashMap<String, String>();
    told.put("LANDFALL_EPOCH", String.valueOf(order.epoch()));
    side(order.cohort()).ifPresent(side -> told.put("LANDFALL_SIDE", side.word()));
    Run.End end = run("set", told, RouteJson.ofOrder(order) + "\n");
    if (end.code() == HAS_A_NEWER_ORDER) {
      throw new OutsideException(
          CommandProblem.STALE_ORDER,
          "cannot order the route %s: %s refused the order of epoch %d as older than the one it has (%s);"
                  .formatted(program.route(), path(), order.epoch(), end.words())
              + " look again, another controller may lead");
    }
    if (end.code() != 0) {
      throw new OutsideException(
          CommandProblem.FAILED,
          "cannot order the route %s: %s set %s; run it by hand to see why"
              .formatted(program.route(), path(), end.words()));
    }
  }

  /** Never left to the program: it would have to refuse what it does not understand. */
  private void check(RouteOrder order) {
    if (order.hold().isPresent() && !program.holds()) {
      throw cannot("hold requests", "holds");
    }
    if (side(order.cohort()).isEmpty() && !program.users()) {
      throw cannot("lead some users and not others", "users");
    }
  }

  private OutsideException cannot(String verb, String key) {
    return new OutsideException(
        CommandProblem.ORDER,
        "cannot %s on the route %s: the workload file does not say that its program can; say %s: true if it can"
            .formatted(verb, program.route(), key));
  }

  /** Where everybody goes; absent when not all go to the same side. */
  private static Optional<Side> side(Cohort cohort) {
    if (cohort.isNobody()) {
      return Optional.of(Side.SOURCE);
    }
    return cohort.isEverybody() ? Optional.of(Side.TARGET) : Optional.empty();
  }

  private Run.End run(String verb, Map<String, String> more, String input) {
    var command = new ArrayList<>(program.words());
    command.add(verb);
    var environment = new HashMap<>(more);
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("LANDFALL_CONTRACT", CONTRACT);
    environment.put("LANDFALL_ROUTE", program.route());
    program.token().ifPresent(token -> environment.put(Run.TOKEN, token));
    return Run.of(command, environment, input, program.timeout());
  }

  private String path() {
    return program.words().getFirst();
  }

  @Override
  public void close() {}
}
