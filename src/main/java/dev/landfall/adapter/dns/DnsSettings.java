package dev.landfall.adapter.dns;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * A name of the DNS by which users reach a service, and who can change it.
 *
 * @param name the name, complete: {@code www.shop.example}
 * @param source what it leads to when users are on the source: IPv4 and IPv6 addresses, or one name
 * @param target what it leads to when they are on the target
 * @param primary the server that takes updates: {@code host}, {@code host:port} or {@code
 *     [address]:port}
 * @param port the port of the servers that the zone lists; 53 everywhere but in tests
 * @param panel recursive resolvers that stand for those of users, in the form of the primary; may
 *     be empty, and then liars cannot be found
 * @param keyName the name of the key that signs updates, with HMAC-SHA256
 * @param lowTtl the TTL while users are moved; 1 second to an hour, whole seconds
 */
public record DnsSettings(
    String name,
    List<String> source,
    List<String> target,
    String primary,
    int port,
    List<String> panel,
    String keyName,
    Duration lowTtl) {
  private static final int PORT = 53;
  private static final Duration LOW_TTL_MAX = Duration.ofHours(1);

  public DnsSettings {
    source = List.copyOf(source);
    target = List.copyOf(target);
    panel = List.copyOf(panel);
  }

  /** As a workload file has them, by the keys of its reference. */
  public static DnsSettings of(Route route) {
    return new DnsSettings(
        route.setting("name").orElse(""),
        list(route, "source"),
        list(route, "target"),
        route.control(),
        route.setting("port").map(Integer::parseInt).orElse(PORT),
        list(route, "panel"),
        route.setting("key").orElse(""),
        route.setting("ttl").map(Duration::parse).orElse(Duration.ZERO));
  }

  private static List<String> list(Route route, String key) {
    return route.setting(key).filter(text -> !text.isEmpty()).stream()
        .flatMap(text -> Arrays.stream(text.split(" ")))
        .toList();
  }

  /** The same, understood. */
  record Parsed(
      Name name,
      SortedSet<Address> source,
      SortedSet<Address> target,
      NameServer primary,
      List<NameServer> panel,
      Name keyName) {
    SortedSet<Address> of(Side side) {
      return side == Side.SOURCE ? source : target;
    }
  }

  /**
   * Understands them, and finds the addresses of servers that are given by name.
   *
   * @throws OutsideException when they cannot work
   */
  Parsed parse() {
    try {
      if (lowTtl.compareTo(Duration.ofSeconds(1)) < 0
          || lowTtl.compareTo(LOW_TTL_MAX) > 0
          || lowTtl.toNanosPart() != 0) {
        throw new IllegalArgumentException(
            "a TTL of %s; give 1 second to an hour, in whole seconds".formatted(lowTtl));
      }
      var resolvers = new ArrayList<NameServer>();
      for (String each : panel) {
        resolvers.add(NameServer.parse(each, PORT));
      }
      var parsed =
          new Parsed(
              Name.fromString(name, Name.root),
              Address.parseAll(source),
              Address.parseAll(target),
              NameServer.parse(primary, port),
              List.copyOf(resolvers),
              Name.fromString(keyName, Name.root));
      if (parsed.source.equals(parsed.target)) {
        throw new IllegalArgumentException(
            "both sides have the same address %s; give each its own"
                .formatted(RecordSet.words(parsed.source)));
      }
      return parsed;
    } catch (IllegalArgumentException | TextParseException e) {
      throw new OutsideException(
          DnsProblem.SETTINGS, "cannot use the route %s: %s".formatted(name, e.getMessage()), e);
    } catch (UnknownHostException e) {
      throw new OutsideException(
          DnsProblem.UNREACHABLE,
          "cannot find the DNS server %s: it has no address; write the address itself"
              .formatted(e.getMessage()),
          e);
    }
  }
}
