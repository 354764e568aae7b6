package dev.landfall.adapter.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Servers of a zone and caches of resolvers, in virtual time: a primary, secondaries that lag, are
 * out of our sight for a while, and fall back; honest caches, and two kinds of liars.
 */
final class CacheWorld {
  static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  static final Duration TICK = Duration.ofMillis(250);

  /** How a resolver treats the TTL. */
  enum Kind {
    HONEST,
    /** Raises each TTL to a minimum. */
    MINIMUM,
    /** Goes on with what has run out, and says a TTL of 30 seconds each time. */
    STALE
  }

  /** An authoritative server. */
  private final class Server {
    private final String name;
    private RecordSet now;
    private Optional<RecordSet> next = Optional.empty();
    private Instant nextAt = START;
    private Instant hiddenUntil = START;

    Server(String name, RecordSet now) {
      this.name = name;
      this.now = now;
    }

    void tick() {
      if (next.isPresent() && !clock.isBefore(nextAt)) {
        now = next.get();
        next = Optional.empty();
      }
      boolean hidden = clock.isBefore(hiddenUntil);
      if (!hidden && random.nextInt(2_000) == 0) {
        // Users still reach it, and it tells them what it had before.
        hiddenUntil = clock.plusSeconds(12 + random.nextInt(20));
        next = Optional.of(next.orElse(now));
        nextAt = hiddenUntil;
        now = before;
      }
    }

    void told(RecordSet records) {
      next = Optional.of(records);
      Instant at = clock.plusMillis(random.nextInt(15_000));
      nextAt = at.isAfter(hiddenUntil) ? at : hiddenUntil;
    }
  }

  /** A resolver. */
  final class Cache {
    final String name;
    final Kind kind;
    private final long patienceSeconds;
    private RecordSet has = new RecordSet(new TreeSet<>(), Duration.ZERO);
    private Instant until = START;

    Cache(String name, Kind kind, long patienceSeconds) {
      this.name = name;
      this.kind = kind;
      this.patienceSeconds = patienceSeconds;
    }

    /** What a user is told, with the TTL that is left. */
    RecordSet ask() {
      Instant end = kind == Kind.STALE ? until.plusSeconds(patienceSeconds) : until;
      if (clock.isBefore(end) && !has.addresses().isEmpty()) {
        boolean stale = !clock.isBefore(until);
        // Rounded up, as some do.
        long left = stale ? 30 : Duration.between(clock, until).plusMillis(999).toSeconds();
        return new RecordSet(has.addresses(), Duration.ofSeconds(left));
      }
      has = servers.get(random.nextInt(servers.size())).now;
      long ttl = has.ttl().toSeconds();
      until = clock.plusSeconds(kind == Kind.MINIMUM ? Math.max(ttl, patienceSeconds) : ttl);
      return new RecordSet(has.addresses(), Duration.between(clock, until));
    }

    /** How long it goes on to keep an address; zero when it has another. */
    Duration keeps(SortedSet<Address> addresses) {
      return has.addresses().equals(addresses) && clock.isBefore(until)
          ? Duration.between(clock, until)
          : Duration.ZERO;
    }
  }

  final SplittableRandom random;
  final List<Cache> caches = new ArrayList<>();
  private final List<Server> servers = new ArrayList<>();
  private final int panel;
  private Instant clock = START;
  private RecordSet before;
  private RecordSet primary;
  private Optional<Note> note = Optional.empty();

  /** Three servers, caches that hold the records already, some of them on the panel. */
  CacheWorld(long seed, RecordSet records, Duration low) {
    random = new SplittableRandom(seed);
    before = records;
    primary = records;
    for (int i = 0; i < 3; i++) {
      servers.add(new Server("ns" + i, records));
    }
    panel = 4;
    for (int i = 0; i < 12; i++) {
      // Of the first, which are the panel, at least one is honest.
      Kind kind = i == 0 || i >= panel ? Kind.HONEST : Kind.values()[random.nextInt(3)];
      // Longer than what an honest one could do in the time between two looks.
      caches.add(new Cache("resolver" + i, kind, 2 * low.toSeconds() + 10 + random.nextInt(90)));
    }
  }

  Instant clock() {
    return clock;
  }

  RecordSet primary() {
    return primary;
  }

  Optional<Note> note() {
    return note;
  }

  /** Lets a little time pass; users ask meanwhile. */
  void tick() {
    clock = clock.plus(TICK);
    servers.subList(1, servers.size()).forEach(Server::tick);
    for (Cache cache : caches) {
      if (random.nextInt(4) == 0) {
        cache.ask();
      }
    }
  }

  /** Changes the primary, and the others after a while. */
  void write(RecordSet records, Note with) {
    note = Optional.of(with);
    if (!records.equals(primary)) {
      before = primary;
      primary = records;
      servers.getFirst().now = records;
      servers.subList(1, servers.size()).forEach(server -> server.told(records));
    }
  }

  Answer.Look look() {
    var authoritative = new ArrayList<Answer>();
    for (Server server : servers) {
      boolean hidden = clock.isBefore(server.hiddenUntil);
      authoritative.add(
          answer(server.name, hidden ? Optional.of("no answer") : Optional.empty(), server.now));
    }
    var words = new ArrayList<Answer>();
    for (Cache cache : caches.subList(0, panel)) {
      words.add(answer(cache.name, Optional.empty(), cache.ask()));
    }
    return new Answer.Look(clock, authoritative, words);
  }

  List<Cache> panel() {
    return caches.subList(0, panel);
  }

  private Answer answer(String name, Optional<String> fault, RecordSet records) {
    return new Answer(name, clock, clock, fault, records, 1);
  }
}
