package dev.landfall.adapter.certificate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Whether names are of a domain, and stay in it on the way to their addresses, by each server that
 * is asked (R41). A name that leads out of it is somebody else's to change.
 */
final class DomainNames {
  private static final int PORT = 53;

  private final Name domain;
  private final List<String> servers;
  private final Duration patience;

  /**
   * @param servers of the DNS, {@code host} or {@code host:port}; each is asked for each name
   * @param patience how long one answer may take; asked twice, by datagram and over TCP
   */
  DomainNames(String domain, List<String> servers, Duration patience) {
    this.domain = whole(domain);
    this.servers = List.copyOf(servers);
    this.patience = patience;
  }

  private static Name whole(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(text + " is no name of the DNS", e);
    }
  }

  void judge(List<String> names, List<String> faults, List<String> lines) {
    for (String text : names) {
      Name name = whole(text);
      if (!name.subdomain(domain)) {
        faults.add("%s is not in the domain %s".formatted(text, domain.toString(true)));
        continue;
      }
      for (String server : servers) {
        String words = text + " by " + server;
        try {
          judge(words, name, server, faults, lines);
        } catch (IOException e) {
          lines.add(words + ": no answer");
          faults.add(words + ": it does not answer (" + e.getClass().getSimpleName() + ")");
        }
      }
    }
  }

  private void judge(
      String words, Name name, String server, List<String> faults, List<String> lines)
      throws IOException {
    boolean found = false;
    for (int type : new int[] {Type.A, Type.AAAA}) {
      Message answer = ask(server, name, type);
      if (answer.getHeader().getRcode() != Rcode.NOERROR) {
        String code = Rcode.string(answer.getHeader().getRcode());
        lines.add(words + ": " + code);
        faults.add(words + ": it answers " + code);
        return;
      }
      for (Record each : answer.getSection(Section.ANSWER).stream().sorted().toList()) {
        lines.add(words + ": " + Type.string(each.getType()) + " " + each.rdataToString());
        found |= each instanceof ARecord || each instanceof AAAARecord;
        if (each instanceof CNAMERecord alias && !alias.getTarget().subdomain(domain)) {
          String target = alias.getTarget().toString(true);
          String fault = "%s leads out of the domain, to %s".formatted(words, target);
          if (!faults.contains(fault)) {
            faults.add(fault);
          }
        }
      }
    }
    if (!found) {
      faults.add(words + " leads to no address");
    }
  }

  /** By datagram, and when that is lost over TCP. */
  private Message ask(String server, Name name, int type) throws IOException {
    var resolver = new SimpleResolver(address(server));
    resolver.setTimeout(patience);
    Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    try {
      return resolver.send(query);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      resolver.setTCP(true);
      return resolver.send(query);
    }
  }

  private static InetSocketAddress address(String server) throws IOException {
    int colon = server.lastIndexOf(':');
    boolean ported = colon > 0 && (server.indexOf(':') == colon || server.contains("]:"));
    String host = ported ? server.substring(0, colon) : server;
    int port = ported ? Integer.parseInt(server.substring(colon + 1)) : PORT;
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }
}
