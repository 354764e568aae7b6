package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.replication.Fence;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How each side's server reaches the other: directly, or under a bandwidth cap through a {@link
 * Relay} of this process, because PostgreSQL itself knows no limit.
 *
 * <p>A relay listens on the address of this machine from which the reading server is reached: on
 * loopback when that server is there too. So the reading server must be able to open connections to
 * this process; an address translated in between is not supported. When this process is gone the
 * link keeps the writes, and whoever looks next leads it through a relay of its own.
 *
 * <p>The way in use is remembered on the reading side, since only superusers may read it from the
 * subscription. It is changed only if neither the side's epoch nor the way has changed since it was
 * seen.
 */
final class Ways implements AutoCloseable {
  static final String DIRECT = "direct";

  /**
   * How long a way must have been wrong before it is changed: a program that looks once and ends
   * must not lead the link to itself.
   */
  private static final Duration WRONG_FOR = Duration.ofSeconds(1);

  private final Peer source;
  private final Peer target;
  private final LinkNames names;
  private final BandwidthCap cap;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Side, Relay> relays = new EnumMap<>(Side.class);
  private final Map<Side, Long> wrongSince = new EnumMap<>(Side.class);
  private final Set<Side> underWay = EnumSet.noneOf(Side.class);
  private final Set<Side> fenced = EnumSet.noneOf(Side.class);
  private Optional<Bandwidth> limit;
  private boolean staged;
  private boolean lifted;
  private boolean closed;
  private volatile @Nullable String fault;

  /**
   * A way to a side.
   *
   * @param name {@link #DIRECT}, or where the relay listens
   * @param conninfo what libpq is given; it contains the password
   */
  record Way(String name, String conninfo) {}

  Ways(Peer source, Peer target, LinkNames names, BandwidthCap cap, Optional<Bandwidth> limit) {
    this(source, target, names, cap, limit, System::nanoTime);
  }

  private Ways(
      Peer source,
      Peer target,
      LinkNames names,
      BandwidthCap cap,
      Optional<Bandwidth> limit,
      LongSupplier nanoClock) {
    this.source = source;
    this.target = target;
    this.names = names;
    this.cap = cap;
    this.limit = limit;
    this.nanoClock = nanoClock;
  }

  /** Holds another cap from now on, or none; the links are led anew by the next looks. */
  void heed(Optional<Bandwidth> newer) {
    lock.lock();
    try {
      limit = newer;
      cap.set(lifted ? Optional.empty() : newer);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The way to a side, as it should be now; a relay that is wanted listens when this returns.
   *
   * @throws OutsideException when it cannot listen
   */
  Way to(Side side) {
    String direct = on(side).conninfo();
    Optional<Relay> wanted = relay(side);
    return wanted
        .map(relay -> new Way(name(relay), relay.lead(direct)))
        .orElseGet(() -> new Way(DIRECT, direct));
  }

  /** Begins to listen without the lock: a look must not wait for a name to be looked up. */
  private Optional<Relay> relay(Side side) {
    lock.lock();
    try {
      if (limit.isEmpty() || closed || relays.containsKey(side)) {
        return limit.isEmpty() ? Optional.empty() : Optional.ofNullable(relays.get(side));
      }
    } finally {
      lock.unlock();
    }
    var server = on(side).server;
    var bind = new InetSocketAddress(facing(on(side.other()).server), 0);
    Relay made = Relay.start(bind, server.host(), server.port(), cap);
    lock.lock();
    try {
      Relay kept = closed ? null : relays.putIfAbsent(side, made);
      if (closed || kept != null) {
        made.close();
      }
      return Optional.ofNullable(relays.get(side));
    } finally {
      lock.unlock();
    }
  }

  private static String name(Relay relay) {
    var at = relay.address();
    return at.getAddress().getHostAddress() + ":" + at.getPort();
  }

  /** The address of this machine from which a server is reached. Nothing is sent to find out. */
  private static InetAddress facing(PostgresServer server) {
    try (var probe = new DatagramSocket()) {
      probe.connect(new InetSocketAddress(server.host(), server.port()));
      return probe.getLocalAddress();
    } catch (IOException e) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot find the address that "
              + server
              + " would reach this machine by: "
              + e.getMessage()
              + "; can the name be looked up, and is there a route?",
          e);
    }
  }

  /**
   * Told by an order what a side's fence is now.
   *
   * <p>While both are fenced there is no new write, and users wait for what is under way: the cap
   * is lifted, so that no marker stands in line behind a bucket that is empty.
   */
  void turned(Side side, boolean closedNow) {
    lock.lock();
    try {
      if (closedNow) {
        fenced.add(side);
      } else {
        fenced.remove(side);
      }
      boolean lift = staged && fenced.size() == Side.values().length;
      if (lift != lifted) {
        lifted = lift;
        cap.set(lift ? Optional.empty() : limit);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Told by every look; leads anew what is not as it should be, in the background. */
  void seen(Optional<SideLook> atSource, Optional<SideLook> atTarget) {
    if (atSource.isEmpty() || atTarget.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      staged = atSource.get().copied() && atTarget.get().copied();
      note(Side.SOURCE, atSource.get());
      note(Side.TARGET, atTarget.get());
    } finally {
      lock.unlock();
    }
    if (staged) {
      consider(Side.SOURCE, atSource.get(), atTarget.get());
      consider(Side.TARGET, atTarget.get(), atSource.get());
    }
  }

  /** A fence that is being turned, or is not known, changes nothing: the order will tell. */
  private void note(Side side, SideLook look) {
    if (look.fence() == Fence.FENCED || look.fence() == Fence.OPEN) {
      turned(side, look.fence() == Fence.FENCED);
    }
  }

  private void consider(Side from, SideLook origin, SideLook reader) {
    lock.lock();
    try {
      if (closed || reader.subscription().isEmpty() || underWay.contains(from)) {
        return;
      }
      Optional<String> own = Optional.ofNullable(relays.get(from)).map(Ways::name);
      boolean right = limit.isEmpty() ? isDirect(reader) : own.equals(Optional.of(reader.way()));
      boolean live =
          reader.subscription().get().running()
              && origin.slot().filter(SideLook.Slot::active).isPresent();
      boolean foreign = !isDirect(reader) && !own.equals(Optional.of(reader.way()));
      if (right) {
        wrongSince.remove(from);
        closeIdle(from);
      } else if (live && (foreign || lifted)) {
        // Another process leads it and lives; or users wait, and a new connection takes long.
        wrongSince.remove(from);
      } else if (wrongFor(from).compareTo(WRONG_FOR) >= 0) {
        underWay.add(from);
        Thread.ofVirtual()
            .name("way to the " + from.word())
            .start(() -> lead(from, reader.epoch(), reader.way()));
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean isDirect(SideLook reader) {
    return reader.way().equals(DIRECT);
  }

  private Duration wrongFor(Side from) {
    long now = nanoClock.getAsLong();
    return Duration.ofNanos(now - wrongSince.computeIfAbsent(from, _ -> now));
  }

  /** A relay that is not wanted ends when the link has let go of it. */
  private void closeIdle(Side from) {
    Relay relay = relays.get(from);
    if (limit.isEmpty() && relay != null && relay.connections() == 0) {
      relays.remove(from);
      relay.close();
    }
  }

  private void lead(Side from, long epoch, String before) {
    try {
      Way way = to(from);
      on(from.other())
          .orders
          .change(
              "lead the link to the " + from.word() + " another way",
              connection -> {
                try (var update =
                    connection.prepareStatement(
                        "UPDATE landfall.control SET way = ? WHERE epoch = ? AND way = ?")) {
                  update.setString(1, way.name());
                  update.setLong(2, epoch);
                  update.setString(3, before);
                  if (update.executeUpdate() == 0) {
                    return false;
                  }
                }
                Links.execute(
                    connection,
                    "ALTER SUBSCRIPTION "
                        + names.link(from)
                        + " CONNECTION "
                        + Links.literal(connection, way.conninfo()));
                return true;
              });
      fault = null;
    } catch (OutsideException e) {
      fault = e.getMessage();
    } finally {
      lock.lock();
      try {
        underWay.remove(from);
        wrongSince.remove(from);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Why a link could not be led as it should; absent when nothing is wrong. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  private Peer on(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  /** Ends the relays; links that are led through them keep their writes until led anew. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      relays.values().forEach(Relay::close);
      relays.clear();
    } finally {
      lock.unlock();
    }
  }
}
