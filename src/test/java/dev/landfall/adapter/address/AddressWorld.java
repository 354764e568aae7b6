package dev.landfall.adapter.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Two hosts and a user on one network of their own: a bridge and network namespaces. Each host has
 * a second way to the test itself, over which its agent takes orders, as a network for management
 * is.
 */
public final class AddressWorld implements AutoCloseable {
  static final Path KEEPALIVED = Path.of("/usr/sbin/keepalived");
  public static final String TOKEN = "a-token-of-the-tests";
  public static final String IPV4 = "192.0.2.10/32";
  public static final String IPV6 = "2001:db8::10/128";
  private static final Path GUIDE = Path.of("docs/guide/plane-address.md");
  private static final int CONTROL = 8402;
  public static final int SERVICE = 8080;
  private static final String BY_ITSELF =
      "http-request return status 200 content-type text/plain string \"%s\"";
  private static final AtomicInteger WORLDS = new AtomicInteger();

  /** Where the test meets its hosts: each net of two addresses in the range of RFC 2544. */
  private static final int CONTROL_NETS = 1024;

  final String address;
  final Path folder;
  private final String id =
      ProcessHandle.current().pid() % 100_000 + "-" + WORLDS.incrementAndGet();
  private final Host network;
  private final Host user;
  private final Map<Side, Host> hosts = new EnumMap<>(Side.class);
  private final Map<Side, Integer> controls = new EnumMap<>(Side.class);
  private final Map<Side, Process> agents = new EnumMap<>(Side.class);

  /** Each host answers by itself with the word of its side. */
  public AddressWorld(Path folder, String address) throws Exception {
    this(folder, address, OptionalInt.empty());
  }

  /**
   * Makes one.
   *
   * @param passedOn the port at {@link #outside} where each host passes requests on to; absent when
   *     it answers by itself
   */
  public AddressWorld(Path folder, String address, OptionalInt passedOn) throws Exception {
    this.folder = folder;
    this.address = address;
    network = new Host("lfn" + id);
    network.run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
    network.run("ip", "link", "set", "br0", "up");
    user = new Host("lfu" + id);
    connect(user, 20);
    for (Side side : Side.values()) {
      var host = new Host("lf" + side.word().charAt(0) + id);
      hosts.put(side, host);
      connect(host, side == Side.SOURCE ? 11 : 12);
      manage(side, host);
      serve(side, host, passedOn);
    }
  }

  private void connect(Host host, int last) {
    String port = "p" + last;
    network.run(
        "ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", host.name());
    network.run("ip", "link", "set", port, "master", "br0", "up");
    host.run("ip", "link", "set", "eth0", "up");
    host.run("ip", "addr", "add", "192.0.2." + last + "/24", "dev", "eth0");
    host.run("ip", "addr", "add", "2001:db8::" + last + "/64", "dev", "eth0", "nodad");
  }

  private String control(Side side, int last) {
    int first = 4 * Objects.requireNonNull(controls.get(side));
    return "198.18." + first / 256 + "." + (first % 256 + last);
  }

  /**
   * The net is the one whose interface could be made: where the test itself is, other worlds are
   * too, of other processes, and by a net of the same addresses orders would go to their agents.
   */
  private void manage(Side side, Host host) {
    int net = 0;
    while (!Host.madePair("lfc" + net, "ctl", host)) {
      net++;
      assertThat(net).as("nets in use").isLessThan(CONTROL_NETS);
    }
    controls.put(side, net);
    Host.ip("addr", "add", control(side, 1) + "/30", "dev", "lfc" + net);
    Host.ip("link", "set", "lfc" + net, "up");
    host.run("ip", "addr", "add", control(side, 2) + "/30", "dev", "ctl");
    host.run("ip", "link", "set", "ctl", "up");
  }

  private void serve(Side side, Host host, OptionalInt passedOn) throws IOException {
    String behind =
        passedOn.isEmpty()
            ? BY_ITSELF.formatted(side.word())
            : "default_backend app\nbackend app\n    server app %s:%d"
                .formatted(outside(side), passedOn.getAsInt());
    Path configuration = folder.resolve(side.word() + ".cfg");
    Files.writeString(
        configuration,
        """
        defaults
            mode http
            timeout client 60s
            timeout connect 5s
            timeout server 60s
        frontend all
            bind :::%d v4v6
            %s
        """
            .formatted(SERVICE, behind));
    host.start("/usr/sbin/haproxy", "-db", "-f", configuration.toString());
  }

  Host host(Side side) {
    return Objects.requireNonNull(hosts.get(side));
  }

  /** Starts the agent of a side, with keepalived when a file is given that it tracks. */
  public void startAgent(Side side, Path... trackFile) throws Exception {
    startAgent(List.of(), side, trackFile);
  }

  /** The same by a program that takes something from it. */
  void startAgent(List<String> by, Side side, Path... trackFile) throws Exception {
    var arguments =
        new ArrayList<>(
            List.of(
                address,
                "eth0",
                control(side, 2),
                String.valueOf(CONTROL),
                TOKEN,
                folder.resolve(side.word()).resolve("address.json").toString()));
    for (Path file : trackFile) {
      arguments.add(file.toString());
    }
    Process agent = host(side).java(by, AgentProcess.class, arguments.toArray(String[]::new));
    var out =
        new BufferedReader(new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("listening");
    agents.put(side, agent);
  }

  /** Starts the agent of a side, and the keepalived of the guide, which it hands orders to. */
  public Process startKeepalived(Side side) throws Exception {
    Path own = Files.createDirectories(folder.resolve(side.word()));
    startAgent(side, own.resolve("notes.track"));
    return keepalived(side);
  }

  /** The keepalived of Debian with the configuration of the guide. */
  Process keepalived(Side side) throws IOException {
    Path own = folder.resolve(side.word());
    String page = Files.readString(GUIDE);
    String head = "# /etc/keepalived/keepalived.conf\n";
    int from = page.indexOf(head) + head.length();
    Path configuration = own.resolve("keepalived.conf");
    Files.writeString(
        configuration,
        page.substring(from, page.indexOf("```", from)).replace("/run/landfall", own.toString()));
    return host(side)
        .start(
            KEEPALIVED.toString(),
            "--dont-fork",
            "--vrrp",
            "--log-console",
            "--use-file=" + configuration,
            "--pid=" + own.resolve("keepalived.pid"),
            "--vrrp_pid=" + own.resolve("vrrp.pid"));
  }

  /** SIGKILL: nothing is said, flushed or put back. */
  void killAgent(Side side) {
    Host.end(Objects.requireNonNull(agents.get(side)));
  }

  /** The way to a host's agent is away; its own network is not. */
  void cut(Side side, boolean away) {
    host(side).run("ip", "link", "set", "ctl", away ? "down" : "up");
  }

  public AddressRouter plane() {
    return plane(false);
  }

  AddressRouter plane(boolean takeFromSilent) {
    return new AddressRouter(
        "shop", agent(Side.SOURCE), agent(Side.TARGET), TOKEN, takeFromSilent, (_, _) -> true);
  }

  public URI agent(Side side) {
    return URI.create("http://" + control(side, 2) + ":" + CONTROL);
  }

  public static RouteOrder order(long epoch, Side side) {
    return new RouteOrder(
        epoch,
        "http://192.0.2.11:8080",
        "http://192.0.2.12:8080",
        side == Side.SOURCE ? Cohort.NOBODY : Cohort.EVERYBODY,
        Optional.empty(),
        Optional.empty());
  }

  /** Waits for what agents do by themselves, about once a second. */
  static void eventually(BooleanSupplier condition) throws InterruptedException {
    long giveUp = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within a minute").isLessThan(giveUp);
      Thread.sleep(50);
    }
  }

  /** Whether a host's kernel has the address, asked around the agent. */
  public boolean has(Side side) {
    String plain = address.substring(0, address.indexOf('/'));
    return host(side).run("ip", "-o", "addr", "show", "dev", "eth0").contains(" " + plain + "/");
  }

  /** Where a host finds the test itself, by its second way. */
  public String outside(Side side) {
    return control(side, 1);
  }

  /** A host's service at its own address, as the test itself reaches it. */
  public URI service(Side side) {
    return URI.create("http://" + control(side, 2) + ":" + SERVICE);
  }

  /** What starts a program in a host. */
  public String[] inside(Side side) {
    return new String[] {"ip", "netns", "exec", host(side).name()};
  }

  /** A program that tells of each change of a host's addresses by a line, with its time. */
  public Process watch(Side side) throws IOException {
    return host(side).start("ip", "-ts", "-o", "monitor", "address");
  }

  /** A main class of the tests where users are. */
  public Process user(Class<?> main, String... arguments) throws IOException {
    return user.java(main, arguments);
  }

  /** A user who never stops. */
  public User user() throws IOException {
    return new User(
        user.java(
            UserProcess.class,
            address.substring(0, address.indexOf('/')),
            String.valueOf(SERVICE)));
  }

  /**
   * What became of requests.
   *
   * @param gapMillis the longest time without an answer
   * @param last who answered last
   */
  public record Asked(long answered, long failed, double gapMillis, String last) {}

  /** A user in the third host. */
  public static final class User implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final OutputStream in;

    User(Process process) {
      this.process = process;
      this.out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      this.in = process.getOutputStream();
    }

    /** Since the last time. */
    public Asked report() throws IOException {
      in.write('\n');
      in.flush();
      String[] words = out.readLine().split(" ");
      return new Asked(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]) / 1000.0,
          words[3]);
    }

    /** Waits until a side answers; gives all since the last report. */
    public Asked until(Side side) throws Exception {
      long giveUp = System.nanoTime() + 60_000_000_000L;
      var sum = new Asked(0, 0, 0, "");
      while (!sum.last().equals(side.word())) {
        assertThat(System.nanoTime()).as("%s answers; %s", side, sum).isLessThan(giveUp);
        Thread.sleep(5);
        Asked more = report();
        sum =
            new Asked(
                sum.answered() + more.answered(),
                sum.failed() + more.failed(),
                Math.max(sum.gapMillis(), more.gapMillis()),
                more.last());
      }
      return sum;
    }

    @Override
    public void close() {
      Host.end(process);
    }
  }

  @Override
  public void close() {
    hosts.values().forEach(Host::close);
    user.close();
    network.close();
  }
}
