package dev.landfall.adapter.reach;

import dev.landfall.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The BIND of Debian as a process of the test's own, with one zone, on loopback alone. */
public final class Bind implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/named");
  private static final long PATIENCE_SECONDS = 20;

  private final Process process;
  private final int port;
  private final Path zone;
  private int serial = 1;

  private Bind(Process process, int port, Path zone) {
    this.process = process;
    this.port = port;
    this.zone = zone;
  }

  /** Serves {@code shop.example} with these records. */
  public static Bind start(Path folder, String records) throws Exception {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IllegalStateException("named is not installed; to run this: apt-get install bind9");
    }
    // AppArmor's profile for the original would not let it read the folders of tests.
    Path program = Files.copy(PROGRAM, folder.resolve("named"));
    int port = Ports.free();
    Path zone = folder.resolve("zone");
    Files.writeString(zone, zone(records, 1));
    Path settings = folder.resolve("named.conf");
    Files.writeString(
        settings,
        """
        options {
          directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/session.key";
          listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; };
          recursion no; notify no; dnssec-validation no;
        };
        controls { };
        zone "shop.example" { type primary; file "%1$s/zone"; };
        """
            .formatted(folder, port));
    Process process =
        new ProcessBuilder(program.toString(), "-g", "-n", "1", "-c", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    var bind = new Bind(process, port, zone);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (NameServers.ask(
            bind.place(), "ns1.shop.example", Duration.ofSeconds(1), AllowedNetworks.ANY)
        .addresses()
        .isEmpty()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        bind.close();
        throw new IllegalStateException(
            "BIND does not answer: " + Files.readString(folder.resolve("log")));
      }
      Thread.sleep(50);
    }
    return bind;
  }

  private static String zone(String records, int serial) {
    return """
    $TTL 60
    @ SOA ns1 hostmaster %d 3600 600 86400 60
    @ NS ns1
    ns1 A 127.0.0.1
    %s
    """
        .formatted(serial, records);
  }

  /** Serves other records from now on, as after an administrator has edited the zone. */
  public void change(String records) throws Exception {
    Files.writeString(zone, zone(records, ++serial));
    int code = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("BIND has ended");
    }
  }

  /** Waits until a name leads to an address. */
  public void await(String name, String address) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!NameServers.ask(place(), name, Duration.ofSeconds(1), AllowedNetworks.ANY)
        .addresses()
        .contains(address)) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(name + " does not lead to " + address);
      }
      Thread.sleep(50);
    }
  }

  /** Where it answers, {@code host:port}. */
  public String place() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
