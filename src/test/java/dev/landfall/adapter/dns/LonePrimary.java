package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other products than BIND, each as the only server of the zone, set up as the guide says. */
final class LonePrimary {
  private LonePrimary() {}

  /** Knot DNS. */
  static DnsWorld knot(Path folder, int ttlSeconds) throws Exception {
    var world = new DnsWorld(folder);
    Path own = Files.createDirectories(folder.resolve("ns1"));
    Files.createDirectories(folder.resolve("ns2"));
    world.makeKey("keymgr -t landfall hmac-sha256", "/etc/knot/landfall.key");
    world.paste("shop.example.zone, on ns1", "ns1", ttlSeconds);
    world.paste("knot.conf, on ns1", "ns1", ttlSeconds);
    Path zone = own.resolve("shop.example.zone");
    Files.writeString(zone, Files.readString(zone).replaceAll("(?m)^.*ns2.*$", ""));
    Path conf = own.resolve("knot.conf");
    String text = Files.readString(conf);
    Files.writeString(
        conf,
        text.replace("server:\n", "server:\n    rundir: %s\n".formatted(own))
            .replace("zone:\n", "database:\n    storage: %s\n\nzone:\n".formatted(own)));
    String program = Daemon.program(own, "/usr/sbin/knotd");
    NameServer at = world.server("127.0.0.1");
    Daemon daemon =
        Daemon.start(own, List.of(program, "-c", conf.toString()), () -> world.hasZone(at));
    world.begun(daemon);
    return world;
  }

  /** PowerDNS, with a database of SQLite. */
  static DnsWorld powerdns(Path folder, int ttlSeconds) throws Exception {
    var world = new DnsWorld(folder);
    Path own = Files.createDirectories(folder.resolve("ns1"));
    world.paste("shop.example.zone, on ns1", "ns1", ttlSeconds);
    world.paste("landfall.conf, on ns1", "ns1", ttlSeconds);
    world.paste("landfall.lua, on ns1", "ns1", ttlSeconds);
    Path zone = own.resolve("shop.example.zone");
    Files.writeString(zone, Files.readString(zone).replaceAll("(?m)^.*ns2.*$", ""));
    Files.writeString(
        own.resolve("pdns.conf"),
        """
        launch=gsqlite3
        gsqlite3-database=%s/pdns.db
        local-address=127.0.0.1
        local-port=%d
        socket-dir=%s
        %s
        """
            .formatted(own, world.port, own, Files.readString(own.resolve("landfall.conf"))));
    String schema = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";
    Daemon.run(own, List.of("sqlite3", "pdns.db", ".read " + schema));
    Daemon.run(own, List.of("pdnsutil", "--config-dir=.", "load-zone", "shop.example", "" + zone));
    for (String command :
        List.of(
            "pdnsutil generate-tsig-key landfall hmac-sha256",
            "pdnsutil set-meta shop.example TSIG-ALLOW-DNSUPDATE landfall")) {
      assertThat(Files.readString(DnsWorld.GUIDE)).contains(command + "\n");
      Daemon.run(own, List.of(command.replace("pdnsutil", "pdnsutil --config-dir=.").split(" ")));
    }
    String keys = Daemon.run(own, List.of("pdnsutil", "--config-dir=.", "list-tsig-keys"));
    world.keyed(keys.strip().split(" ")[2]);
    String program = Daemon.program(own, "/usr/sbin/pdns_server");
    NameServer at = world.server("127.0.0.1");
    Daemon daemon =
        Daemon.start(
            own,
            List.of(program, "--config-dir=" + own, "--daemon=no", "--guardian=no"),
            () -> world.hasZone(at));
    world.begun(daemon);
    return world;
  }
}
