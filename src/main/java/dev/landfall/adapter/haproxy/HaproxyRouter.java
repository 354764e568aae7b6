package dev.landfall.adapter.haproxy;

import dev.landfall.adapter.haproxy.RuntimeApi.BrokenException;
import dev.landfall.adapter.haproxy.RuntimeApi.Worker;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An HAProxy with the {@link HaproxyInclude}, looked at and ordered over its runtime API.
 * Everything that is told was read from HAProxy at that moment; of what was ordered nothing is
 * remembered but the lists of names, which are asked for again only when their digest is another.
 *
 * <p><b>How near to atomic.</b> Epochs are compared, the order is written to disk and put in force
 * in one step of Lua, which no other order to the same process comes between. A request that chose
 * its way before that step is counted as in flight before the step is answered. Two windows are
 * left. While HAProxy is reloaded there are two processes: each order goes to all that the master
 * names, and again when those have changed meanwhile, but between the first and the last of them
 * users of a leaving process may go by the order before; the order is not acknowledged until then.
 * And the file is replaced as a whole but not forced to disk: after a loss of power, as opposed to
 * a crash of HAProxy, an order of the last seconds may be gone, which the next look shows.
 *
 * <p>Over the socket of a worker, and not of its master, what a leaving process still has under way
 * is not seen, and it learns of an order within 50 ms by itself.
 */
public final class HaproxyRouter implements Router {
  /** How long a reload of HAProxy is waited for: its master listens only once it has read all. */
  private static final Duration RELOAD_AT_LOOK = Duration.ofSeconds(2);

  private static final Duration RELOAD_AT_ORDER = Duration.ofSeconds(5);

  private static final Duration BETWEEN = Duration.ofMillis(20);

  private final String route;
  private final RuntimeApi api;
  private volatile NamedLists lists = NamedLists.of(Cohort.NOBODY);

  /**
   * @param control where HAProxy takes commands, at best of its master process: {@code
   *     unix:/path/of/socket} or {@code host:port}
   * @param route the name of the route in the include
   */
  public HaproxyRouter(String control, String route) {
    this.route = route;
    this.api = new RuntimeApi(control);
  }

  @Override
  public RouteSeen look() {
    try {
      return patiently(RELOAD_AT_LOOK, this::lookOnce);
    } catch (OutsideException e) {
      return RouteSeen.unreachable(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return RouteSeen.unreachable(
          "cannot look at HAProxy %s: %s".formatted(api.control(), e.getMessage()));
    }
  }

  private RouteSeen lookOnce() throws BrokenException {
    List<Worker> workers = api.workers();
    Sight sight = look(workers.getFirst());
    Optional<RouteOrder> order = Optional.empty();
    if (sight.hasOrder()) {
      order =
          Optional.of(RouteRecord.decode(sight.text("order"), lists(workers.getFirst(), sight)));
    }
    for (Worker other : workers.subList(1, workers.size())) {
      sight = sight.with(look(other));
    }
    return sight.seen(order);
  }

  private Sight look(Worker worker) throws BrokenException {
    String answer = ask(worker, "look");
    if (answer.startsWith("missing ")) {
      throw include("it has no backend " + answer.substring("missing ".length()));
    }
    return Sight.parse(answer);
  }

  private NamedLists lists(Worker worker, Sight sight) throws BrokenException {
    String tag = sight.text("tag");
    if (!tag.equals(lists.tag())) {
      lists =
          tag.equals(NamedLists.NONE)
              ? NamedLists.of(Cohort.NOBODY)
              : NamedLists.parse(tag, ask(worker, "list", tag));
    }
    return lists;
  }

  @Override
  public void order(RouteOrder order) {
    NamedLists named = NamedLists.of(order.cohort());
    String record = RouteRecord.of(order, named.tag());
    try {
      patiently(
          RELOAD_AT_ORDER,
          () -> {
            give(record, order.epoch(), named);
            return order;
          });
    } catch (IllegalArgumentException e) {
      throw new OutsideException(
          HaproxyProblem.ANSWER,
          "cannot order HAProxy %s: %s".formatted(api.control(), e.getMessage()),
          e);
    }
  }

  /** To every process that serves users; again when there are others meanwhile. */
  private void give(String record, long epoch, NamedLists named) throws BrokenException {
    List<Worker> workers = api.workers();
    List<Worker> before;
    do {
      give(workers.getFirst(), record, epoch, named);
      for (Worker other : workers.subList(1, workers.size())) {
        follow(other, named);
      }
      before = workers;
      workers = api.workers();
    } while (!before.containsAll(workers));
  }

  private void give(Worker worker, String record, long epoch, NamedLists named)
      throws BrokenException {
    Sight sight = look(worker);
    checkLevel(worker);
    if (!named.tag().equals(NamedLists.NONE)
        && !ask(worker, "knows", named.tag()).startsWith("known")) {
      fill(worker, sight, named);
      keep(worker, named);
    }
    String answer = ask(worker, "take", record);
    if (answer.equals("again")) {
      throw new BrokenException(worker + " has not read yet what another has written");
    }
    if (!answer.equals("taken")) {
      throw refused(answer, epoch);
    }
  }

  /**
   * HAProxy lets whoever can open a socket change its maps and call its Lua, on whatever level the
   * socket is. That one meant for looking is not used for more is left to us.
   */
  private void checkLevel(Worker worker) throws BrokenException {
    String level = api.ask(worker, "show cli level");
    if (!level.equals("admin")) {
      throw new OutsideException(
          HaproxyProblem.PERMISSION,
          "cannot order HAProxy %s: its socket has level \"%s\"; give it level admin, or name another"
              .formatted(api.control(), level));
    }
  }

  /** Another process of the same HAProxy reads what the first has written. */
  private void follow(Worker worker, NamedLists named) throws BrokenException {
    boolean known =
        named.tag().equals(NamedLists.NONE)
            || ask(worker, "knows", named.tag()).startsWith("known");
    if (!known) {
      fill(worker, look(worker), named);
    }
    if (ask(worker, "follow", named.tag()).equals("again")) {
      throw new BrokenException(worker + " has not followed yet");
    }
  }

  /**
   * Users and groups go into the map of the rules; nothing looks there before the order is taken.
   */
  private void fill(Worker worker, Sight sight, NamedLists named) throws BrokenException {
    for (String part : named.mapParts()) {
      added(api.ask(worker, "add map " + sight.text("listsMap") + " <<\n" + part + "\n"));
    }
  }

  private void keep(Worker worker, NamedLists named) throws BrokenException {
    String at = "first";
    for (String part : named.parts()) {
      kept(ask(worker, "keep", named.tag(), at, part));
      at = "next";
    }
    kept(ask(worker, "keep", named.tag(), "end", String.valueOf(named.entries().size())));
    String known = "";
    Instant giveUp = Instant.now().plus(RELOAD_AT_ORDER);
    while (!known.startsWith("known") && Instant.now().isBefore(giveUp)) {
      pause();
      known = ask(worker, "knows", named.tag());
      if (known.startsWith("unwritable ")) {
        throw refused(known, 0);
      }
    }
  }

  private void added(String answer) {
    if (answer.contains("Unknown map")) {
      throw include("it has no map of this route");
    }
    if (!answer.isBlank()) {
      throw new OutsideException(
          HaproxyProblem.STATE,
          "cannot order HAProxy %s: its map took nothing more (\"%s\"); has it memory left?"
              .formatted(api.control(), answer));
    }
  }

  private void kept(String answer) {
    if (!answer.startsWith("kept ")) {
      throw refused(answer, 0);
    }
  }

  private String ask(Worker worker, String verb, String... words) throws BrokenException {
    String tail = words.length == 0 ? "" : " " + String.join(" ", words);
    String answer = api.ask(worker, "landfall " + verb + " " + route + tail);
    if (answer.isEmpty()) {
      throw new BrokenException(worker + " ended before it answered");
    }
    return switch (answer) {
      case "no such route" -> throw include("its landfall.lua was not loaded for this route");
      case "no such verb" -> throw include("its landfall.lua is of another version");
      default -> answer;
    };
  }

  private OutsideException include(String seen) {
    return new OutsideException(
        HaproxyProblem.INCLUDE,
        "cannot lead route %s by HAProxy %s: %s; compare its configuration with the include"
            .formatted(route, api.control(), seen));
  }

  private OutsideException refused(String answer, long epoch) {
    String[] words = answer.split(" ", 2);
    String rest = words.length > 1 ? words[1] : "";
    return switch (words[0]) {
      case "stale" ->
          new OutsideException(
              HaproxyProblem.STALE_ORDER,
              "cannot take the order of epoch %d: HAProxy %s has one of epoch %s; another controller is at work"
                  .formatted(epoch, api.control(), rest));
      case "identity" ->
          include("it tells users apart by %s (header/cookie/groups)".formatted(rest));
      case "unwritable" ->
          new OutsideException(
              HaproxyProblem.STATE,
              "cannot take the order: HAProxy %s cannot keep it (%s); make room, or give the folder to its user"
                  .formatted(api.control(), rest));
      case "unreadable" ->
          new OutsideException(
              HaproxyProblem.STATE,
              "cannot take the order: HAProxy %s could not read %s at its start; restore it, or move it away and reload"
                  .formatted(api.control(), rest));
      default ->
          new OutsideException(
              HaproxyProblem.ANSWER,
              "cannot order HAProxy %s: it answered \"%s\"; look again, and give the order again"
                  .formatted(api.control(), answer));
    };
  }

  private interface Try<T> {
    T run() throws BrokenException;
  }

  /** While HAProxy is reloaded its connections break off; asking again harms nothing. */
  private <T> T patiently(Duration patience, Try<T> work) {
    Instant giveUp = Instant.now().plus(patience);
    while (true) {
      try {
        return work.run();
      } catch (BrokenException e) {
        if (Instant.now().isAfter(giveUp)) {
          throw broken(e);
        }
        try {
          pause();
        } catch (BrokenException interrupted) {
          throw broken(interrupted);
        }
      }
    }
  }

  private static void pause() throws BrokenException {
    try {
      Thread.sleep(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokenException("interrupted");
    }
  }

  private OutsideException broken(BrokenException cause) {
    return new OutsideException(
        HaproxyProblem.UNREACHABLE,
        "cannot reach HAProxy %s: %s; does it start?".formatted(api.control(), cause.getMessage()),
        cause);
  }

  @Override
  public void close() {
    // Each command has a connection of its own, which ends with it.
  }
}
