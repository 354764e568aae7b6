package dev.landfall.adapter.postgres;

import dev.landfall.workload.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One side of an asset, with the sessions that are kept open to it. */
final class Peer implements AutoCloseable {
  /** A side that does not answer a look is as good as gone, in milliseconds. */
  static final int LOOK_MILLIS_MAX = 2_000;

  /** No single statement of an order takes long, except where its own wait is bounded. */
  private static final Session.Bounds ORDERS = new Session.Bounds(2, 3_000);

  /** What is done once, while nobody waits: thousands of tables take their time. */
  private static final Session.Bounds AT_LEISURE = new Session.Bounds(10, 15_000);

  /** What takes as long as a table is large, and what nothing goes on without. */
  private static final Session.Bounds UNBOUNDED = new Session.Bounds(10, 0);

  private static final Session.Bounds LOOKS = new Session.Bounds(2, LOOK_MILLIS_MAX);

  final Side side;
  final PostgresServer server;

  /** For orders; they come one by one. */
  final Session orders;

  /** For looks, which must not wait for an order under way. */
  final Session looks;

  final Session beats;

  /** For what is waited for however long it takes, until this is closed. */
  final Session patient;

  private final Session.Bounds leisure;
  final WriteFence fence;
  private volatile @Nullable Control control;

  /** How the other side's server reaches this one. */
  private volatile String conninfo;

  Peer(Side side, PostgresServer server) {
    this(side, server, AT_LEISURE);
  }

  /**
   * @param leisure how long a statement may take while nobody waits
   */
  Peer(Side side, PostgresServer server, Session.Bounds leisure) {
    this(side, server, ORDERS, leisure);
  }

  private Peer(Side side, PostgresServer server, Session.Bounds bounds, Session.Bounds leisure) {
    this.side = side;
    this.server = server;
    this.leisure = leisure;
    this.orders = new Session(server, "orders", bounds);
    this.looks = new Session(server, "looks", LOOKS);
    this.beats = new Session(server, "heartbeat", LOOKS);
    this.patient = new Session(server, "sequences", UNBOUNDED);
    this.fence = new WriteFence(orders, side);
    this.conninfo = server.conninfo("link");
  }

  /** The same side, for orders that take longer than users could wait; to be closed on its own. */
  Peer atLeisure() {
    var peer = new Peer(side, server, leisure, leisure);
    Control known = control;
    if (known != null) {
      peer.belongTo(known);
    }
    return peer;
  }

  /** Lets its sessions touch what belongs to this promotion alone; before they are used. */
  void belongTo(Control promotion) {
    control = promotion;
    for (Session each : List.of(orders, looks, beats, patient)) {
      each.greetWith(promotion::introduce);
    }
  }

  String conninfo() {
    return conninfo;
  }

  /** The major version of the server. */
  int major() {
    int major =
        orders.ask(
            "read the version", connection -> connection.getMetaData().getDatabaseMajorVersion());
    return major;
  }

  @Override
  public void close() {
    orders.close();
    looks.close();
    beats.close();
    patient.close();
  }
}
