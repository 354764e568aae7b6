package dev.landfall.adapter.haproxy;

import dev.landfall.Ports;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.Eventually;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Side;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A real HAProxy between two real services, with the include and a frontend as the guide has them.
 */
final class HaproxyWorld implements AutoCloseable {
  static final String ROUTE = "shop";

  final SideService source;
  final SideService target;
  final HaproxyProcess haproxy;
  final Path folder;
  private final Path state;
  private final int port = Ports.free();

  HaproxyWorld(Path folder, Identity identity, int heldMost) throws Exception {
    this(folder, identity, heldMost, "");
  }

  /**
   * @param global further lines for the section {@code global}
   */
  HaproxyWorld(Path folder, Identity identity, int heldMost, String global) throws Exception {
    this(folder, folder.resolve("state"), identity, heldMost, global);
  }

  /**
   * @param state where HAProxy keeps its orders
   */
  HaproxyWorld(Path folder, Path state, Identity identity, int heldMost, String global)
      throws Exception {
    this.folder = folder;
    this.state = state;
    source = new SideService(Side.SOURCE, 0);
    target = new SideService(Side.TARGET, 0);
    Path script = folder.resolve("landfall.lua");
    try (var lua = HaproxyInclude.class.getResourceAsStream("landfall.lua")) {
      Files.copy(
          java.util.Objects.requireNonNull(lua), script, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.createDirectories(state());
    var include =
        new HaproxyInclude(
            ROUTE, script.toString(), state().toString(), Optional.empty(), identity, heldMost);
    Files.writeString(folder.resolve("haproxy.cfg"), main(include, global));
    Files.writeString(folder.resolve("landfall.cfg"), include.text());
    haproxy = new HaproxyProcess(folder, List.of("haproxy.cfg", "landfall.cfg"));
  }

  private String main(HaproxyInclude include, String global) {
    return """
    global
        stats socket %s mode 600 level admin
        stats socket %s mode 600 level user
        %s

    defaults
        mode http
        timeout connect 5s
        timeout client 2m
        timeout server 2m

    frontend users
        bind 127.0.0.1:%d
    %s\
    """
        .formatted(socket("admin"), socket("user"), global, port, include.frontendLines());
  }

  /** Where HAProxy keeps its orders. */
  Path state() {
    return state;
  }

  Path socket(String level) {
    return folder.resolve(level + ".sock");
  }

  HaproxyRouter router() {
    return new HaproxyRouter("unix:" + haproxy.master(), ROUTE);
  }

  URI page(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  RouteOrder leading(long epoch, Cohort cohort) {
    return new RouteOrder(
        epoch, source.url(), target.url(), cohort, Optional.empty(), Optional.empty());
  }

  RouteOrder held(long epoch, Cohort cohort, Duration hold) {
    return new RouteOrder(
        epoch, source.url(), target.url(), cohort, Optional.of(hold), Optional.empty());
  }

  /** Waits until it is so, as what users do is seen a moment later. */
  static void eventually(BooleanSupplier condition) {
    Eventually.within(Duration.ofSeconds(10), condition);
  }

  @Override
  public void close() {
    haproxy.close();
    source.close();
    target.close();
  }
}
