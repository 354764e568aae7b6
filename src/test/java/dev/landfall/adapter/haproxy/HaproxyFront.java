package dev.landfall.adapter.haproxy;

import dev.landfall.workload.Identity;
import java.net.URI;
import java.nio.file.Path;

/** A real HAProxy in front of whatever it is ordered to lead to, for tests of the whole program. */
public final class HaproxyFront implements AutoCloseable {
  private static final int HELD_MOST = 1000;
  private final HaproxyWorld world;

  private HaproxyFront(HaproxyWorld world) {
    this.world = world;
  }

  /** Starts one that knows no user; it answers 503 until its first order. */
  public static HaproxyFront start(Path folder) throws Exception {
    return start(folder, Identity.NONE);
  }

  /** Starts one that tells users apart; it answers 503 until its first order. */
  public static HaproxyFront start(Path folder, Identity identity) throws Exception {
    return new HaproxyFront(new HaproxyWorld(folder, identity, HELD_MOST));
  }

  /** The name that its route must have in a workload file. */
  public String route() {
    return HaproxyWorld.ROUTE;
  }

  /** Where it takes orders, as a workload file says it. */
  public String control() {
    return "unix:" + world.haproxy.master();
  }

  /** Where users come in. */
  public URI users() {
    return world.page("/");
  }

  /** Another worker takes over, as systemd reloads it. */
  public void reload() throws Exception {
    world.haproxy.reload();
  }

  /** Kills it without warning, with all that it has counted, and starts it again. */
  public void restart() throws Exception {
    world.haproxy.restart();
  }

  @Override
  public void close() {
    world.close();
  }
}
