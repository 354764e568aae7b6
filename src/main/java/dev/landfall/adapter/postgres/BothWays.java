package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.Sequences.Position;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.replication.SharedSeen;
import dev.landfall.workload.CohortKey;
import dev.landfall.workload.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an asset needs whose two sides accept writes at once: both links carrying, nothing carried
 * back, and numbers that only one side gives.
 *
 * <p>Where the target's numbers begin is kept on the target, because the source must never reach
 * them, however far the target has come since.
 */
final class BothWays implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  private static final String TABLE =
      "CREATE TABLE IF NOT EXISTS landfall.parted"
          + " (sequence text PRIMARY KEY, first bigint NOT NULL)";

  private final Peer source;
  private final Peer target;
  private final LinkNames names;
  private final Links links;
  private final Optional<CohortKey> key;
  private volatile @Nullable String crowded;
  private volatile @Nullable String uncarried;
  private volatile @Nullable Thread thread;

  BothWays(Peer source, Peer target, LinkNames names, Links links, Optional<CohortKey> key) {
    this.source = source;
    this.target = target;
    this.names = names;
    this.links = links;
    this.key = key;
  }

  /**
   * What stands against it.
   *
   * @throws OutsideException when the source does not answer
   */
  List<Finding> findings() {
    if (key.isEmpty()) {
      return List.of();
    }
    var findings = new ArrayList<Finding>();
    older(source).ifPresent(findings::add);
    try {
      older(target).ifPresent(findings::add);
      // Its schema may be its own, and be stricter.
      findings.addAll(schema(target));
    } catch (OutsideException e) {
      // A plan is made before there is a target; a preflight says that it does not answer.
    }
    findings.addAll(schema(source));
    return List.copyOf(findings);
  }

  private List<Finding> schema(Peer peer) {
    return peer.orders.ask(
        "read what the tables are like",
        connection -> TwoWayCatalog.findings(connection, peer.side, key.orElseThrow()));
  }

  /** The same; that it cannot be told is a finding too. */
  List<Finding> preflight() {
    try {
      return findings();
    } catch (OutsideException e) {
      return List.of(
          new Finding(
              Finding.Severity.BLOCKS,
              e.code().id(),
              "both sides",
              "whether both can accept writes is not known: " + e.getMessage(),
              "grant the role the right to read the catalogs"));
    }
  }

  private static Optional<Finding> older(Peer peer) {
    int major = peer.major();
    return major >= TwoWayCatalog.MAJOR_MIN
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Finding.Severity.BLOCKS,
                PreflightCode.TWO_WAY_VERSION.id(),
                peer.side.word(),
                "PostgreSQL " + major + " carries back what came from the other side",
                "let one side own the data (source-first or target-first), or upgrade it to "
                    + TwoWayCatalog.MAJOR_MIN));
  }

  /** Carries the writes of both sides, each to the other and not back. */
  void follow(long epoch) {
    for (Peer peer : links.peers()) {
      if (peer.major() < TwoWayCatalog.MAJOR_MIN) {
        throw cannot("the " + peer.side.word() + " is older than 16", "let one side own the data");
      }
    }
    links.peers().forEach(this::requireLog);
    links.make(epoch);
    for (Peer peer : links.peers()) {
      if (!links.publishes(peer.side).orElse(false)) {
        links.turn(peer.side, true, epoch);
      }
      requireFiltered(peer);
    }
  }

  /**
   * A slot that is made anew begins with the present moment: what an open side wrote before would
   * never arrive, and nothing would show it.
   */
  private void requireLog(Peer peer) {
    String slot = names.link(peer.side);
    boolean lost =
        peer.orders.ask(
            "look for the slot of the " + peer.side.word(),
            connection ->
                !Links.hasSlot(connection, slot)
                    && new Catalog(connection)
                        .holds("SELECT coalesce(bool_or(keeps), false) FROM landfall.control")
                    && !WriteFence.isClosed(connection));
    if (lost) {
      throw cannot(
          "the slot "
              + slot
              + " of the "
              + peer.side.word()
              + " is gone and it accepts writes, so some may have been missed",
          "compare both sides and carry its rows yourself; a new copy is needed");
    }
  }

  /** A subscription that was made by an older server would carry back what it took. */
  private void requireFiltered(Peer reader) {
    boolean filters =
        reader.orders.ask(
            "read the subscription of the " + reader.side.word(),
            connection ->
                new Catalog(connection)
                    .holds(
                        "SELECT suborigin = 'none' AND subenabled FROM pg_subscription WHERE"
                            + " subname = ? AND subdbid = (SELECT oid FROM pg_database WHERE"
                            + " datname = current_database())",
                        names.link(reader.side.other())));
    if (!filters) {
      throw cannot(
          "the subscription of the " + reader.side.word() + " does not leave out what came to it",
          "ALTER SUBSCRIPTION "
              + names.link(reader.side.other())
              + " SET (origin = none), and ENABLE it");
    }
  }

  /**
   * Moves the sequences of a side past those of the other. A side that has given numbers of its own
   * is never moved back to those of the other.
   *
   * @param margin how many steps further
   */
  void align(Side side, long margin, String token, long epoch) {
    Peer here = side == Side.SOURCE ? source : target;
    Peer there = side == Side.SOURCE ? target : source;
    List<Position> past =
        there.orders.ask("read the sequences of the other side", Sequences::read).stream()
            .map(each -> each.ahead(margin))
            .toList();
    List<Position> own =
        key.isEmpty() ? List.of() : here.orders.ask("read the own sequences", Sequences::read);
    Sequences.set(
        here.orders, side, past.stream().map(each -> each.orFurther(own)).toList(), token, epoch);
  }

  /** Parts the sequences of both sides, reads them back, and only then says so under the token. */
  void part(String token, long epoch) {
    Optional<Finding> unsafe = findings().stream().filter(Finding::blocks).findFirst();
    if (unsafe.isPresent()) {
      // The schema may have changed since it was looked at first.
      Finding found = unsafe.get();
      throw cannot(found.subject() + ": " + found.seen(), found.remedy());
    }
    List<Position> ofSource = source.orders.ask("read the sequences of the source", this::used);
    target.orders.change(
        "move the sequences of the target",
        connection -> {
          Control.take(connection, Side.TARGET, epoch);
          Links.execute(connection, "SET LOCAL client_min_messages = warning");
          Links.execute(connection, TABLE);
          Map<String, Long> before = firsts(connection);
          Map<String, Position> ofTarget = byName(Sequences.read(connection));
          for (Position each : ofSource) {
            part(connection, each, within(each, ofTarget.get(each.name())), before);
          }
          return true;
        });
    Optional<String> wrong = look();
    if (wrong.isPresent()) {
      throw cannot(wrong.get(), "give it more numbers, or let one side own the data");
    }
    // What the watch saw last was of the numbers before.
    crowded = null;
    target.orders.change(
        "remember that the sequences are apart",
        connection -> {
          Control.take(connection, Side.TARGET, epoch);
          new Catalog(connection).change("UPDATE landfall.control SET aligned = ?", token);
          return true;
        });
  }

  private static void part(
      Connection connection, Position source, @Nullable Position target, Map<String, Long> before)
      throws SQLException {
    if (target == null) {
      throw cannot("the target has no sequence " + source.name(), "make it there");
    }
    long first =
        PartedSequences.first(source, target, Optional.ofNullable(before.get(source.name())));
    Position begun = PartedSequences.begun(target, first);
    var catalog = new Catalog(connection);
    catalog.change(
        "INSERT INTO landfall.parted VALUES (?, ?) ON CONFLICT (sequence) DO UPDATE SET first ="
            + " excluded.first",
        source.name(),
        first);
    if (!begun.equals(target)) {
      catalog.number("SELECT setval(?::regclass, ?, false)", source.name(), begun.last());
    }
  }

  /** Sequences that give numbers while both sides accept writes. */
  private List<Position> used(Connection connection) throws SQLException {
    Map<String, Long> used = TwoWayCatalog.used(connection, key.orElseThrow());
    var positions = new ArrayList<Position>();
    for (Position each : Sequences.read(connection)) {
      Long most = used.get(each.name());
      if (most != null) {
        positions.add(each.within(-most - 1, most));
      }
    }
    return positions;
  }

  /** The columns are the same on both sides. */
  private static @Nullable Position within(Position source, @Nullable Position target) {
    return target == null ? null : target.within(source.min(), source.max());
  }

  private static Map<String, Long> firsts(Connection connection) throws SQLException {
    var firsts = new HashMap<String, Long>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT sequence, first FROM landfall.parted")) {
      while (rows.next()) {
        firsts.put(rows.getString(1), rows.getLong(2));
      }
    }
    return firsts;
  }

  private static Map<String, Position> byName(List<Position> positions) {
    return positions.stream().collect(Collectors.toMap(Position::name, each -> each));
  }

  /** The source first: it only comes nearer afterwards, and the target goes away from it. */
  private Optional<String> look() {
    record Target(Map<String, Position> positions, Map<String, Long> firsts) {}
    var ofTarget =
        target.beats.ask(
            "read the sequences of the target",
            connection -> new Target(byName(Sequences.read(connection)), firsts(connection)));
    List<Position> ofSource = source.beats.ask("read the sequences of the source", this::used);
    for (Position each : ofSource) {
      Position other = within(each, ofTarget.positions().get(each.name()));
      Long first = ofTarget.firsts().get(each.name());
      if (other == null || first == null) {
        return Optional.of("sequence " + each.name() + " gives the same numbers on both sides");
      }
      Optional<String> near = PartedSequences.crowded(each, other, first);
      if (near.isPresent()) {
        return near;
      }
    }
    return Optional.empty();
  }

  /** Begins to look whether a sequence nears the numbers of the other side. */
  void start() {
    if (key.isPresent()) {
      thread = Thread.ofVirtual().name("numbers " + names.base()).start(this::watch);
    }
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        boolean parted =
            target.beats.ask(
                "look whether sequences are apart",
                connection ->
                    new Catalog(connection)
                        .holds("SELECT to_regclass('landfall.parted') IS NOT NULL"));
        crowded = parted ? look().orElse(null) : null;
        lookForUncarried();
      } catch (OutsideException e) {
        // A side that does not answer shows in every look; what was known of it still holds.
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** What matters while both sides accept writes. */
  SharedSeen seen(EqualityCheck check) {
    return key.isEmpty()
        ? SharedSeen.NONE
        : new SharedSeen(
            check.conflicts(),
            Optional.ofNullable(crowded).or(check::blind),
            Optional.ofNullable(uncarried),
            check.uncounted());
  }

  /**
   * Looks for rows on the target that no link carries.
   *
   * @throws OutsideException when the target does not answer
   */
  void lookForUncarried() {
    if (key.isPresent()) {
      List<String> found =
          target.beats.ask(
              "look for rows that no link carries",
              connection -> UncarriedRows.of(connection, names.tables()));
      uncarried =
          found.isEmpty()
              ? null
              : "no link carries the rows of "
                  + String.join(", ", found)
                  + ", made on the target while linked";
    }
  }

  /** Rows on the target that would stay there if users came back; absent when there are none. */
  Optional<String> uncarried() {
    return Optional.ofNullable(uncarried);
  }

  private static OutsideException cannot(String why, String remedy) {
    return new OutsideException(
        PostgresProblem.LINK, "cannot have both sides accept writes: " + why + "; " + remedy);
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
