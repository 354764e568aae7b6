package dev.landfall.adapter.dns;

import dev.landfall.problem.OutsideException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The zone that a name is in, as the primary has it now.
 *
 * @param origin the name of the zone
 * @param servers every address of every server that the zone lists, and the primary first
 * @param refresh how long a secondary that heard no notice may take to ask for changes
 * @param negative how long caches may believe that a record does not exist (RFC 2308, 5)
 */
record Zone(Name origin, List<NameServer> servers, Duration refresh, Duration negative) {
  /** More servers than the roots of DNS have at all their addresses, twice. */
  private static final int SERVERS_MAX = 52;

  /**
   * Finds the zone by asking its primary, past all caches.
   *
   * @param port the port of all servers that the zone lists
   * @throws OutsideException when the primary does not answer, or does not have the zone
   */
  static Zone find(DnsClient client, NameServer primary, Name name, int port) {
    SOARecord start = start(client, primary, name);
    var found = new LinkedHashMap<InetSocketAddress, NameServer>();
    found.put(primary.address(), primary);
    Message listed = client.ask(primary, start.getName(), Type.NS, false);
    for (Record record : listed.getSection(Section.ANSWER)) {
      if (record instanceof NSRecord server) {
        for (InetAddress address : addresses(client, primary, server.getTarget())) {
          // The primary is often one of those listed, and then it is known by its name.
          var listing = NameServer.of(server.getTarget().toString(true), address, port);
          found.put(listing.address(), listing);
        }
      }
    }
    if (found.size() > SERVERS_MAX) {
      throw problem(name, "it lists more than " + SERVERS_MAX + " addresses of servers");
    }
    return new Zone(
        start.getName(),
        List.copyOf(found.values()),
        Duration.ofSeconds(start.getRefresh()),
        Duration.ofSeconds(Math.min(start.getTTL(), start.getMinimum())));
  }

  /** The SOA record: of the name itself, or of the nearest name above it that has one. */
  private static SOARecord start(DnsClient client, NameServer primary, Name name) {
    for (Name each = name; each.labels() > 1; each = new Name(each, 1)) {
      Message answer = client.ask(primary, each, Type.SOA, false);
      if (answer.getHeader().getFlag(Flags.AA)) {
        for (Record record : answer.getSection(Section.ANSWER)) {
          if (record instanceof SOARecord start && start.getName().equals(each)) {
            return start;
          }
        }
      }
    }
    throw problem(name, primary + " has no zone for it; is this the zone's primary?");
  }

  private static List<InetAddress> addresses(DnsClient client, NameServer primary, Name server) {
    var addresses = new ArrayList<InetAddress>();
    for (int type : new int[] {Type.A, Type.AAAA}) {
      for (Record record : client.ask(primary, server, type, false).getSection(Section.ANSWER)) {
        switch (record) {
          case ARecord a -> addresses.add(a.getAddress());
          case AAAARecord a -> addresses.add(a.getAddress());
          default -> {
            // A server may not be listed by an alias (RFC 2181, 10.3).
          }
        }
      }
    }
    if (!addresses.isEmpty()) {
      return addresses;
    }
    try {
      // Its name lies in a zone of somebody else's.
      return List.of(InetAddress.getAllByName(server.toString(true)));
    } catch (UnknownHostException e) {
      throw new OutsideException(
          DnsProblem.ZONE,
          "cannot find all servers of the zone: %s has no address; correct the NS records"
              .formatted(server),
          e);
    }
  }

  private static OutsideException problem(Name name, String seen) {
    return new OutsideException(
        DnsProblem.ZONE, "cannot find the zone of %s: %s".formatted(name, seen));
  }
}
