package dev.landfall.adapter.reach;

import dev.landfall.adapter.reach.Sight.Resolved;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Asks one server of the DNS what a name leads to: no cache, no search list. */
final class NameServers {
  private static final int PORT = 53;
  private static final int TRIES = 2;

  private NameServers() {}

  static Resolved ask(String server, String name, Duration patience, AllowedNetworks allowed)
      throws InterruptedException {
    try {
      InetSocketAddress asked = address(server);
      Optional<String> against = allowed.against(asked.getAddress());
      if (against.isPresent()) {
        return fault(name, server, against.get());
      }
      var resolver = new SimpleResolver(asked);
      resolver.setTimeout(patience);
      var addresses = new ArrayList<String>();
      Name whole = Name.fromString(name, Name.root);
      for (int type : new int[] {Type.A, Type.AAAA}) {
        Message answer = ask(resolver, Message.newQuery(Record.newRecord(whole, type, DClass.IN)));
        int code = answer.getHeader().getRcode();
        if (code != Rcode.NOERROR) {
          return fault(name, server, "it answers " + Rcode.string(code));
        }
        for (Record each : answer.getSection(Section.ANSWER)) {
          if (each instanceof ARecord four) {
            addresses.add(four.getAddress().getHostAddress());
          } else if (each instanceof AAAARecord six) {
            addresses.add(six.getAddress().getHostAddress());
          }
        }
      }
      return new Resolved(name, server, addresses, Optional.empty());
    } catch (IOException e) {
      return fault(name, server, "it does not answer (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** A datagram may be lost. */
  private static Message ask(SimpleResolver resolver, Message query) throws IOException {
    for (int attempt = 1; attempt < TRIES; attempt++) {
      try {
        return resolver.send(query);
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        resolver.setTCP(true);
      }
    }
    return resolver.send(query);
  }

  private static InetSocketAddress address(String server) throws IOException, InterruptedException {
    int colon = server.lastIndexOf(':');
    boolean ported = colon > 0 && (server.indexOf(':') == colon || server.contains("]:"));
    String host = ported ? server.substring(0, colon) : server;
    int port = ported ? Integer.parseInt(server.substring(colon + 1)) : PORT;
    return new InetSocketAddress(Here.addresses(host)[0], port);
  }

  private static Resolved fault(String name, String server, String why) {
    return new Resolved(name, server, List.of(), Optional.of(why));
  }
}
