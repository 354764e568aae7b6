package dev.landfall.adapter.postgres;

import dev.landfall.workload.Side;

/** One side of an asset, with the sessions that are kept open to it. */
final class Peer implements AutoCloseable {
  /** A side that does not answer a look is as good as gone, in milliseconds. */
  static final int LOOK_MILLIS_MAX = 2_000;

  /** No single statement of an order takes long, except where its own wait is bounded. */
  private static final int ORDER_MILLIS_MAX = 15_000;

  final Side side;
  final PostgresServer server;

  /** For orders; they come one by one. */
  final Session orders;

  /** For looks, which must not wait for an order under way. */
  final Session looks;

  final Session beats;
  final WriteFence fence;

  /** How the other side's server reaches this one. */
  private volatile String conninfo;

  Peer(Side side, PostgresServer server) {
    this.side = side;
    this.server = server;
    this.orders = new Session(server, "orders", ORDER_MILLIS_MAX);
    this.looks = new Session(server, "looks", LOOK_MILLIS_MAX);
    this.beats = new Session(server, "heartbeat", LOOK_MILLIS_MAX);
    this.fence = new WriteFence(orders, side);
    this.conninfo = server.conninfo("link");
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
  }
}
