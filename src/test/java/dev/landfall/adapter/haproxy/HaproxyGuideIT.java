package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Named;
import dev.landfall.workload.Side;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the configuration of the guide works as it stands there, but for its paths and its port. */
class HaproxyGuideIT {
  /** What only root may ask for; a test that is not root serves as the user it is. */
  private static final Pattern ROOTS = Pattern.compile("(?m)^ +(chroot|user|group) .*\n");

  @TempDir Path folder;
  private final boolean root = "root".equals(System.getProperty("user.name"));

  @Test
  void theConfigurationsOfTheGuideLeadUsersAndKeepOrders() throws Exception {
    // The user of HAProxy must be able to pass through.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Path state = Files.createDirectories(lib.resolve("landfall"));
    if (root) {
      var users = state.getFileSystem().getUserPrincipalLookupService();
      Files.setOwner(state, users.lookupPrincipalByName("haproxy"));
    }
    try (var lua = HaproxyInclude.class.getResourceAsStream("landfall.lua")) {
      Files.copy(Objects.requireNonNull(lua), folder.resolve("landfall.lua"));
    }
    int port = Ports.free();
    Files.writeString(folder.resolve("haproxy.cfg"), here("haproxy.cfg", port));
    Files.writeString(folder.resolve("landfall.cfg"), here("landfall.cfg", port));
    try (var source = new SideService(Side.SOURCE, 0);
        var target = new SideService(Side.TARGET, 0);
        var haproxy = new HaproxyProcess(folder, List.of("haproxy.cfg", "landfall.cfg"))) {
      var router = new HaproxyRouter("unix:" + haproxy.master(), "shop");
      var identity = Guide.include().identity();
      var staff = new Named(List.of("ann"), List.of("staff"), List.of());
      var order =
          new RouteOrder(
              1,
              source.url(),
              target.url(),
              new Cohort(0, "salt", identity, staff, Named.NOBODY),
              Optional.empty(),
              Optional.empty());
      router.order(order);
      haproxy.reload();
      assertThat(router.look().order()).contains(order);
      try (var user = new RawUser(URI.create("http://127.0.0.1:" + port))) {
        assertThat(user.ask("GET", "/", "X-User: ann")).endsWith("target");
        assertThat(user.ask("POST", "/", "X-User: eve", "X-Groups: staff")).endsWith("target");
        assertThat(user.ask("GET", "/", "X-User: eve")).endsWith("source");
      }
    }
  }

  private String here(String name, int port) throws Exception {
    String text =
        Guide.file("/etc/haproxy/" + name)
            .replace("/var/lib/haproxy", folder.resolve("lib").toString())
            .replace("/etc/haproxy", folder.toString())
            .replace("/run/haproxy", folder.toString())
            .replace("bind :80\n", "bind 127.0.0.1:" + port + "\n");
    if (root) {
      return text;
    }
    String lib = folder.resolve("lib").toString();
    return ROOTS
        .matcher(text)
        .replaceAll("")
        .replace(lib + "/landfall " + lib, lib + "/landfall -");
  }
}
