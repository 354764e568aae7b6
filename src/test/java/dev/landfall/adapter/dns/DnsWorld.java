package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.problem.OutsideException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/**
 * A zone on two real servers, BIND at 127.0.0.1 and BIND at ::1, configured by what the guide says
 * letter by letter, save addresses, port and folders; and resolvers of users.
 */
public final class DnsWorld implements AutoCloseable {
  public static final String SOURCE = "192.0.2.10";
  public static final String TARGET = "198.51.100.20";
  static final String NAME = "www.shop.example";

  static final Path GUIDE = Path.of("docs/guide/plane-dns.md");
  private static final Pattern SECRET = Pattern.compile("secret:? \"?([\\w+/=]+)");

  final DnsClient client = new DnsClient();
  final Census census = new Census(client, Clock.systemUTC());
  final Path folder;
  final int port;
  private final List<Daemon> started = new ArrayList<>();
  private final List<String> panel = new ArrayList<>();
  private final List<NameServer> elsewhere = new ArrayList<>();
  private @Nullable Daemon primary;
  private @Nullable Daemon secondary;
  private String secret = "";
  private String source = SOURCE;

  DnsWorld(Path folder) throws Exception {
    this.folder = folder;
    this.port = Ports.free();
  }

  /** Both servers; the name has the source's address. */
  static DnsWorld bind(Path folder, int ttlSeconds) throws Exception {
    return bind(folder, ttlSeconds, SOURCE);
  }

  /** The same with another address of the source. */
  public static DnsWorld bind(Path folder, int ttlSeconds, String source) throws Exception {
    var world = new DnsWorld(folder);
    world.source = source;
    for (String ns : List.of("ns1", "ns2")) {
      Files.createDirectories(folder.resolve(ns));
    }
    world.makeKeys();
    for (String file : List.of("named.conf.local, on ns1", "shop.example.zone, on ns1")) {
      world.paste(file, "ns1", ttlSeconds);
    }
    world.paste("named.conf.local, on ns2", "ns2", ttlSeconds);
    world.primary = world.named("ns1", "127.0.0.1");
    world.secondary = world.named("ns2", "::1");
    return world;
  }

  /** Makes the keys by the commands of the guide. */
  private void makeKeys() throws Exception {
    for (String key : List.of("transfer", "landfall")) {
      makeKey("tsig-keygen -a hmac-sha256 " + key, "/etc/bind/" + key + ".key");
    }
  }

  void makeKey(String command, String file) throws Exception {
    assertThat(Files.readString(GUIDE)).contains(command + " > " + file);
    Process made = new ProcessBuilder(command.split(" ")).start();
    String text = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    for (String ns : List.of("ns1", "ns2")) {
      Files.writeString(folder.resolve(ns).resolve(Path.of(file).getFileName()), text);
    }
    var matcher = SECRET.matcher(text);
    assertThat(matcher.find()).isTrue();
    secret = matcher.group(1);
  }

  void paste(String title, String ns, int ttlSeconds) throws Exception {
    var block =
        Pattern.compile("(?s)```\\w*\n(?://|;|#|--) \\S*" + Pattern.quote(title) + "\n(.*?)```")
            .matcher(Files.readString(GUIDE));
    assertThat(block.find()).as("the guide has a block for %s", title).isTrue();
    String text =
        block
            .group(1)
            .replace("192.0.2.53", "127.0.0.1")
            .replace("2001:db8::53", "::1")
            .replace("port 53", "port " + port)
            .replace(SOURCE, source)
            .replace("$TTL 3600", "$TTL " + ttlSeconds)
            .replace("604800 300 )", "604800 1 )")
            .replace("@53", "@" + port)
            .replace("203.0.113.7", "127.0.0.1")
            .replaceAll("/(?:etc|var/lib)/(?:bind|knot|powerdns)/", folder.resolve(ns) + "/");
    Files.writeString(folder.resolve(ns).resolve(title.replaceAll(",.*", "")), text);
  }

  private Daemon named(String ns, String address) throws Exception {
    Path own = folder.resolve(ns);
    boolean six = address.contains(":");
    Path conf = own.resolve("named.conf");
    Files.writeString(
        conf,
        """
        options {
            directory "%s";
            pid-file none;
            session-keyfile "%s/session.key";
            listen-on port %d { %s };
            listen-on-v6 port %d { %s };
            recursion no;
            dnssec-validation no;
        };
        controls { };
        include "%s/named.conf.local";
        """
            .formatted(
                own,
                own,
                port,
                six ? "none;" : address + ";",
                port,
                six ? address + ";" : "none;",
                own));
    String program = Daemon.program(own, "/usr/sbin/named");
    Daemon daemon =
        Daemon.start(
            own,
            List.of(program, "-g", "-n", "1", "-c", conf.toString()),
            () -> hasZone(server(address)));
    started.add(daemon);
    return daemon;
  }

  /** A resolver of users, with more settings; it is on the panel from now on. */
  public String unbound(String name, String... settings) throws Exception {
    panel.add("127.0.0.1:" + resolver(name, settings).address().getPort());
    return panel.getLast();
  }

  /** A resolver of users that is not on the panel: nobody looks into it. */
  NameServer elsewhere(String name) throws Exception {
    NameServer resolver = resolver(name);
    elsewhere.add(resolver);
    return resolver;
  }

  List<NameServer> elsewhere() {
    return elsewhere;
  }

  private NameServer resolver(String name, String... settings) throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    int at = Ports.free();
    Path conf = own.resolve("unbound.conf");
    List<String> stubs =
        servers().stream()
            .map(each -> "stub-addr: " + each.address().getAddress().getHostAddress() + "@" + port)
            .toList();
    Files.writeString(
        conf,
        """
        server:
            interface: 127.0.0.1@%d
            do-daemonize: no
            username: ""
            chroot: ""
            directory: "%s"
            pidfile: ""
            use-syslog: no
            module-config: "iterator"
            do-not-query-localhost: no
            num-threads: 1
            %s
        remote-control:
            control-enable: no
        stub-zone:
            name: "shop.example"
            %s
        """
            .formatted(at, own, String.join("\n    ", settings), String.join("\n    ", stubs)));
    String program = Daemon.program(own, "/usr/sbin/unbound");
    NameServer resolver = NameServer.parse("127.0.0.1:" + at, 53);
    Daemon daemon =
        Daemon.start(
            own,
            List.of(program, "-d", "-c", conf.toString()),
            // Not asked for the name itself: the tests say when it begins to keep that.
            () -> answers(resolver));
    started.add(daemon);
    return resolver;
  }

  private boolean answers(NameServer resolver) {
    try {
      client.ask(resolver, Name.root, Type.SOA, false);
      return true;
    } catch (OutsideException e) {
      return false;
    }
  }

  boolean hasZone(NameServer server) {
    try {
      return client
          .ask(server, name("shop.example"), Type.SOA, false)
          .getHeader()
          .getFlag(Flags.AA);
    } catch (OutsideException e) {
      return false;
    }
  }

  NameServer server(String address) {
    try {
      return NameServer.parse("[" + address + "]", port);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All servers of the zone that there are in this world. */
  List<NameServer> servers() {
    return secondary == null
        ? List.of(server("127.0.0.1"))
        : List.of(server("127.0.0.1"), server("::1"));
  }

  static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (org.xbill.DNS.TextParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What a server or resolver says of the name right now. */
  String says(NameServer server, boolean recursive) {
    return RecordSet.words(census.records(server, name(NAME), recursive).addresses());
  }

  /** How long a resolver will go on with what it has. */
  Duration ttlAt(NameServer resolver) {
    return census.records(resolver, name(NAME), true).ttl();
  }

  /** What a server of the zone has. */
  RecordSet records(String address) {
    return census.records(server(address), name(NAME), false);
  }

  public DnsSettings settings(Duration lowTtl) {
    return settings(List.of(SOURCE), List.of(TARGET), lowTtl);
  }

  DnsSettings settings(List<String> source, List<String> target, Duration lowTtl) {
    return new DnsSettings(
        NAME,
        source,
        target,
        "127.0.0.1:" + port,
        port,
        Collections.unmodifiableList(panel),
        "landfall",
        lowTtl);
  }

  /** With another way to the primary. */
  DnsSettings settings(Duration lowTtl, int primaryPort) {
    DnsSettings usual = settings(lowTtl);
    return new DnsSettings(
        usual.name(),
        usual.source(),
        usual.target(),
        "127.0.0.1:" + primaryPort,
        usual.port(),
        usual.panel(),
        usual.keyName(),
        lowTtl);
  }

  /** Whoever has the key. */
  DnsUpdate update() {
    var key = new TSIG(TSIG.HMAC_SHA256, name("landfall"), secret);
    return new DnsUpdate(client, census, server("127.0.0.1"), name(NAME), () -> key);
  }

  /** A controller's plane; a new one knows nothing of what others did. */
  DnsPlane plane(DnsSettings settings) {
    return new DnsPlane(settings, () -> secret, Clock.systemUTC());
  }

  List<NameServer> panel() throws Exception {
    var resolvers = new ArrayList<NameServer>();
    for (String each : panel) {
      resolvers.add(NameServer.parse(each, 53));
    }
    return resolvers;
  }

  /** How one of the panel is known to people. */
  String panel(int number) throws Exception {
    return panel().get(number).toString();
  }

  /** A server that a test has set up by itself is the primary. */
  void begun(Daemon daemon) {
    primary = daemon;
    started.add(daemon);
  }

  /** The secret of a key that a test has made by itself. */
  void keyed(String made) {
    secret = made;
  }

  /** Where the name leads by a resolver, {@code host:port}, as users ask it. */
  public String leadsTo(String resolver) {
    try {
      return says(NameServer.parse(resolver, port), true);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it leads by both servers of the zone. */
  public List<String> leadTo() {
    return List.of(says(server("127.0.0.1"), false), says(server("::1"), false));
  }

  /** The TTL that the secondary tells. */
  public Duration ttl() {
    return records("::1").ttl();
  }

  /** The text of the note beside the name; empty while there is none. */
  public String note() {
    try {
      return String.join("", census.texts(server("127.0.0.1"), DnsUpdate.noteName(name(NAME))));
    } catch (OutsideException e) {
      return "";
    }
  }

  /** Kills a server of the zone, and starts it again. */
  public void restart(boolean theSecondary) throws Exception {
    Daemon daemon = theSecondary ? secondary() : primary();
    daemon.kill();
    daemon.start();
  }

  /** The port of both servers. */
  public int port() {
    return port;
  }

  public String secret() {
    return secret;
  }

  Daemon primary() {
    return Objects.requireNonNull(primary, "it is started with the world");
  }

  Daemon secondary() {
    return Objects.requireNonNull(secondary, "this world has none");
  }

  @Override
  public void close() throws Exception {
    for (Daemon daemon : started.reversed()) {
      daemon.close();
    }
  }
}
