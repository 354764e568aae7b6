package dev.landfall.adapter.dns;

import dev.landfall.engine.Together;
import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Asks every server what a name leads to. */
final class Census {
  private static final RecordSet NOTHING = new RecordSet(new TreeSet<>(), Duration.ZERO);

  private final DnsClient client;
  private final InstantSource clock;
  private final Together together = Together.atOnce();

  Census(DnsClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Asks all of them at once; takes as long as the slowest, at most half a minute. */
  Answer.Look look(Name name, Zone zone, List<NameServer> panel) {
    var calls = new ArrayList<Callable<Answer>>();
    for (NameServer server : zone.servers()) {
      calls.add(() -> answer(server, name, Optional.of(zone.origin())));
    }
    for (NameServer resolver : panel) {
      calls.add(() -> answer(resolver, name, Optional.empty()));
    }
    List<Answer> answers = together.all(calls);
    int authoritative = zone.servers().size();
    return new Answer.Look(
        clock.instant(),
        answers.subList(0, authoritative),
        answers.subList(authoritative, answers.size()));
  }

  private Answer answer(NameServer server, Name name, Optional<Name> zone) {
    Instant asked = clock.instant();
    try {
      RecordSet records = records(server, name, zone.isEmpty());
      long serial = zone.map(origin -> serial(server, origin)).orElse(0L);
      return new Answer(
          server.toString(), asked, clock.instant(), Optional.empty(), records, serial);
    } catch (OutsideException e) {
      return new Answer(
          server.toString(),
          asked,
          clock.instant(),
          Optional.of(String.valueOf(e.getMessage())),
          NOTHING,
          0);
    }
  }

  /**
   * What a name leads to by one server.
   *
   * @param recursive whether it is a resolver; otherwise it must have the zone itself
   * @throws OutsideException when it does not answer, or with something else
   */
  RecordSet records(NameServer server, Name name, boolean recursive) {
    var addresses = new TreeSet<Address>();
    long ttl = 0;
    // Asked for addresses, a server tells of an alias too.
    for (int type : new int[] {Type.A, Type.AAAA}) {
      for (Record record : asked(server, name, type, recursive).getSection(Section.ANSWER)) {
        boolean leads = record.getType() == type || record.getType() == Type.CNAME;
        if (leads && record.getName().equals(name)) {
          addresses.add(Address.of(record));
          ttl = Math.max(ttl, record.getTTL());
        }
      }
    }
    return new RecordSet(addresses, Duration.ofSeconds(ttl));
  }

  /** The texts of the TXT records of a name, each as one; empty when it has none. */
  List<String> texts(NameServer server, Name name) {
    var texts = new ArrayList<String>();
    for (Record record : asked(server, name, Type.TXT, false).getSection(Section.ANSWER)) {
      if (record instanceof TXTRecord text && record.getName().equals(name)) {
        texts.add(String.join("", text.getStrings()));
      }
    }
    return texts;
  }

  private long serial(NameServer server, Name origin) {
    for (Record record : asked(server, origin, Type.SOA, false).getSection(Section.ANSWER)) {
      if (record instanceof SOARecord start) {
        return start.getSerial();
      }
    }
    throw lame(server, origin);
  }

  private Message asked(NameServer server, Name name, int type, boolean recursive) {
    Message answer = client.ask(server, name, type, recursive);
    int code = answer.getRcode();
    if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
      throw new OutsideException(
          DnsProblem.REFUSED,
          "cannot ask %s for %s: it answered %s; %s"
              .formatted(
                  server,
                  name,
                  Rcode.string(code),
                  recursive ? "may this machine ask it?" : "does it have the zone?"));
    }
    if (!recursive && !answer.getHeader().getFlag(Flags.AA)) {
      throw lame(server, name);
    }
    return answer;
  }

  private static OutsideException lame(NameServer server, Name name) {
    return new OutsideException(
        DnsProblem.REFUSED,
        "cannot ask %s for %s: it is listed as a server of the zone and does not have it; mend it,"
                .formatted(server, name)
            + " or take it off the list");
  }
}
