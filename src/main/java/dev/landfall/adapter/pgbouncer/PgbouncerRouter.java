package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import dev.landfall.routing.Standing;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PgBouncer that leads everybody to one side of a database, or makes them wait between two
 * transactions. The truth is a file that its configuration includes: the last order, and where the
 * database is. PgBouncer is made to follow the file, by whoever gives an order and by whoever
 * looks; so an order that was cut short by a crash, of Landfall or of PgBouncer, is put in force by
 * the next look.
 *
 * <p>In a hold the file leads nowhere, and the database is paused: transactions under way end, new
 * ones wait, clients who come wait to be let in, and none sees an error. Should PgBouncer start
 * again in a hold it is not paused any more, but still leads nowhere. What ends a hold that runs
 * out is {@link HoldEnd}, and {@link HoldWatch} when this process has died.
 *
 * <p>Epochs are compared and the file is replaced under a lock on a file beside it, so that two
 * controllers on one machine, or on one shared folder, cannot get between; it is kept until
 * PgBouncer has followed.
 */
public final class PgbouncerRouter implements Router {
  /** How long somebody else's change is waited for. */
  private static final Duration TURN = Duration.ofSeconds(5);

  /** As long as the end of a hold takes, at which the plane is changed as somebody looks. */
  private static final Duration GLANCE = Duration.ofSeconds(1);

  private final Console console;
  private final OrderFile file;
  private final InstantSource clock;
  private final ServerHealth health = new ServerHealth();
  private final HoldEnd holdEnd;
  private final HoldWatch holdWatch;

  /**
   * Makes ready; nothing is asked yet.
   *
   * @param control where PgBouncer listens: {@code host:port}
   * @param user one of its {@code admin_users}
   * @param password of that user; absent when PgBouncer asks for none
   * @param file what its configuration includes for this route
   */
  public PgbouncerRouter(String control, String user, Optional<String> password, Path file) {
    this.console = new Console(control, user, password);
    this.file = new OrderFile(file);
    this.clock = InstantSource.system();
    this.holdEnd = new HoldEnd(() -> endHold(Duration.ZERO), clock);
    this.holdWatch = new HoldWatch(control, user, password, file);
  }

  @Override
  public RouteSeen look() {
    try {
      Kept kept = file.read();
      Sight sight = Sight.of(console, kept.entry().name());
      Instant now = clock.instant();
      if (!isFollowed(kept, sight, now)) {
        kept =
            file.alone(GLANCE, () -> follow(file.read()))
                .orElseThrow(() ->
                    new OutsideException(
                        PgbouncerProblem.STATE,
                        "cannot look at PgBouncer %s: it is being changed; look again"
                            .formatted(console.control())));
        sight = Sight.of(console, kept.entry().name());
        now = clock.instant();
      }
      check(kept, sight, now);
      awaitEnd(kept.standing());
      return seen(kept, sight, now);
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private RouteSeen seen(Kept kept, Sight sight, Instant now) {
    Standing standing = kept.standing();
    boolean holding = standing.holding(now) && sight.paused();
    Optional<RouteOrder> order = standing.order();
    return new RouteSeen(
        Optional.empty(),
        order,
        holding,
        standing.holdRanOut(now),
        sight.active(),
        sight.active(),
        holding ? sight.waiting() : 0,
        holding ? kept.held(waited(kept, sight, now)).heldMax() : kept.heldMax(),
        0,
        order.flatMap(each -> health.of(Side.SOURCE, each.source())),
        order.flatMap(each -> health.of(Side.TARGET, each.target())),
        List.of());
  }

  /**
   * The longest that somebody has waited in this hold. PgBouncer does not count it for those who
   * wait to be let in: they came after it began.
   */
  private static Duration waited(Kept kept, Sight sight, Instant now) {
    Optional<Instant> since = kept.standing().heldSince();
    if (sight.waiting() == 0 || since.isEmpty()) {
      return Duration.ZERO;
    }
    Duration held = Duration.between(since.get(), now);
    return sight.longest().isZero() ? held : sight.longest();
  }

  /** What keeps it from holding, or from leading at all, is better known before a cutover. */
  private void check(Kept kept, Sight sight, Instant now) {
    String name = kept.entry().name();
    String mode = sight.mode();
    // What makes everybody wait is not asked for more than is needed.
    if (!kept.standing().holding(now)) {
      Map<String, String> settings = Sight.settings(console);
      mode = mode.isEmpty() ? settings.getOrDefault("pool_mode", "") : mode;
      if ("1".equals(settings.get("so_reuseport"))) {
        throw configuration(
            "its port may have several processes (so_reuseport), of which only one would hear an"
                + " order; give each a port and a route of its own");
      }
    }
    if (mode.equals("session")) {
      throw configuration(
          "%s has pool_mode session, and a pause would wait for clients to leave; let it be"
                  .formatted(name)
              + " transaction or statement");
    }
    if (sight.disabled()) {
      throw configuration("%s is disabled there; ENABLE %s on its console".formatted(name, name));
    }
    if (sight.paused() && !kept.paused() && !kept.standing().holding(now)) {
      throw configuration(
          "%s is paused, and not by Landfall; RESUME %s on its console".formatted(name, name));
    }
  }

  @Override
  public void order(RouteOrder order) {
    check(order);
    holdWatch.start();
    Kept kept =
        file.alone(TURN, () -> take(order))
            .orElseThrow(() ->
                new OutsideException(
                    PgbouncerProblem.STATE,
                    "cannot take the order: somebody else has %s.lock for longer than %d s; end"
                            .formatted(file.path(), TURN.toSeconds())
                        + " that process if it hangs"));
    awaitEnd(kept.standing());
  }

  /** Also of a hold that somebody else began who may be gone. */
  private void awaitEnd(Standing standing) {
    if (standing.holding(clock.instant())) {
      standing.heldUntil().ifPresent(holdEnd::at);
    }
  }

  private void check(RouteOrder order) {
    Place.parse(order.source());
    Place.parse(order.target());
    if (!order.cohort().equals(Cohort.NOBODY) && !order.cohort().equals(Cohort.EVERYBODY)) {
      throw new OutsideException(
          PgbouncerProblem.ORDER,
          "cannot give PgBouncer the order: it would lead %s to the target; it leads all or nobody"
              .formatted(order.cohort().words()));
    }
    order.hold().ifPresent(this::checkHold);
  }

  /** Clients that PgBouncer turns away after a while must not be held for longer. */
  private void checkHold(Duration hold) {
    Map<String, String> settings = Sight.settings(console);
    for (String name : List.of("query_wait_timeout", "query_timeout", "client_login_timeout")) {
      double seconds = Double.parseDouble(settings.getOrDefault(name, "0"));
      if (seconds > 0 && seconds * 1000 <= hold.toMillis()) {
        throw configuration(
            "it turns clients away that wait for %s s, and they may be held for %s s; let %s be longer"
                .formatted(settings.get(name), hold.toMillis() / 1000.0, name));
      }
    }
  }

  private Kept take(RouteOrder order) {
    Kept kept = file.read();
    if (kept.standing().outdates(order)) {
      throw new OutsideException(
          PgbouncerProblem.STALE_ORDER,
          "cannot take the order of epoch %d: there is one of epoch %d; look again, another"
                  .formatted(order.epoch(), kept.standing().epoch())
              + " controller may lead");
    }
    Standing next = kept.standing().take(order, clock.instant());
    return follow(kept, kept.with(next));
  }

  private Kept follow(Kept kept) {
    return follow(kept, kept);
  }

  /**
   * Writes down what is wanted, and makes PgBouncer follow; by whoever has the file alone. A crash
   * between any two of these steps leaves what another call of the same finishes.
   */
  private Kept follow(Kept before, Kept after) {
    Instant now = clock.instant();
    boolean hold = after.standing().holding(now);
    String name = after.entry().name();
    Kept kept = after.to(after.wanted(now)).paused(hold || after.paused());
    if (!kept.equals(before)) {
      file.write(kept);
    }
    Sight sight = Sight.of(console, name);
    if (hold && !sight.paused()) {
      console.pause(name);
    }
    if (!sight.place().equals(kept.entry().place())) {
      reload(kept);
    }
    if (hold || !kept.paused()) {
      return kept;
    }
    if (sight.paused()) {
      console.tell("RESUME \"" + name + "\"");
    }
    Kept resumed = kept.paused(false).held(waited(before, sight, now));
    file.write(resumed);
    return resumed;
  }

  private void reload(Kept kept) {
    console.tell("RELOAD");
    Place place = Sight.placeOf(console, kept.entry().name());
    if (!place.equals(kept.entry().place())) {
      throw configuration(
          "after RELOAD it leads to %s and not to %s, as %s says; its log tells why"
              .formatted(place, kept.entry().place(), file.path()));
    }
  }

  private static boolean isFollowed(Kept kept, Sight sight, Instant now) {
    Place wanted = kept.wanted(now);
    boolean hold = kept.standing().holding(now);
    return kept.entry().place().equals(wanted)
        && sight.place().equals(wanted)
        && kept.paused() == hold
        && (sight.paused() || !hold);
  }

  /**
   * Ends a hold that has run out, unless another order has come.
   *
   * @param grace how long after its end, so that somebody else may do it before
   * @return whether no hold is left
   */
  boolean endHold(Duration grace) {
    Kept seen = file.read();
    boolean runs = seen.standing().holding(clock.instant().minus(grace));
    if (runs || !seen.paused()) {
      return !runs;
    }
    return file.alone(TURN, () -> !follow(file.read()).paused()).orElse(false);
  }

  private OutsideException configuration(String seen) {
    return new OutsideException(
        PgbouncerProblem.CONFIGURATION,
        "cannot lead by PgBouncer %s: %s".formatted(console.control(), seen));
  }

  @Override
  public void close() {
    holdEnd.close();
    holdWatch.close();
    console.close();
  }
}
