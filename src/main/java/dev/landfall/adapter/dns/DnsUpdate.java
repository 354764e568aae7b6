package dev.landfall.adapter.dns;

import dev.landfall.problem.OutsideException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Changes what a name leads to, on the primary: addresses and note in one message, which the server
 * takes whole when both are still what they were compared with, and not at all otherwise.
 */
final class DnsUpdate {
  /** Its users are controllers, who ask the primary itself; no cache need keep it. */
  private static final long NOTE_TTL_SECONDS = 0;

  private final DnsClient client;
  private final Census census;
  private final NameServer primary;
  private final Name name;
  private final Name noteName;
  private final Supplier<TSIG> key;

  /** What the primary has: the records, and the note; absent when it has none. */
  record There(RecordSet records, Optional<Note> note) {}

  DnsUpdate(DnsClient client, Census census, NameServer primary, Name name, Supplier<TSIG> key) {
    this.client = client;
    this.census = census;
    this.primary = primary;
    this.name = name;
    this.noteName = noteName(name);
    this.key = key;
  }

  /** Where the note about a name is kept. */
  static Name noteName(Name name) {
    try {
      return Name.concatenate(Name.fromString("_landfall"), name);
    } catch (TextParseException | org.xbill.DNS.NameTooLongException e) {
      throw new OutsideException(
          DnsProblem.SETTINGS,
          "cannot keep a note beside %s: the name is too long; use a shorter one".formatted(name),
          e);
    }
  }

  /**
   * Reads what the primary has.
   *
   * @throws OutsideException when it does not answer, or the note is not one of Landfall's
   */
  There read() {
    RecordSet records = census.records(primary, name, false);
    List<String> texts = census.texts(primary, noteName);
    if (texts.isEmpty()) {
      return new There(records, Optional.empty());
    }
    Optional<Note> note = texts.size() == 1 ? Note.parse(texts.getFirst()) : Optional.empty();
    if (note.isEmpty()) {
      throw new OutsideException(
          DnsProblem.CHANGED,
          "cannot read the note at %s: %s; remove what Landfall has not written there"
              .formatted(noteName, texts));
    }
    return new There(records, note);
  }

  /**
   * Makes the wanted so. When it is so already nothing is sent.
   *
   * @param seen what the primary had when this was decided; it is refused when that has changed
   * @throws OutsideException when it was refused; or no answer came, and then it may have been
   *     taken all the same
   */
  void set(Name zone, There seen, RecordSet wanted, Note note) {
    var goal = new There(wanted, Optional.of(note));
    if (seen.equals(goal)) {
      return;
    }
    if (seen.note().filter(newer -> newer.epoch() > note.epoch()).isPresent()) {
      throw stale(seen, note);
    }
    Message answer;
    try {
      answer = client.send(primary, message(zone, seen, goal, note), key.get(), doing(wanted));
    } catch (OutsideException lost) {
      settle(goal, note, lost);
      return;
    }
    int code = answer.getRcode();
    if (code == Rcode.NOERROR && answer.isVerified()) {
      // PowerDNS says so too when its policy let nothing, or only a part, of the update pass.
      settle(goal, note, ignored(wanted));
      return;
    }
    OutsideException refusal = refusal(answer, doing(wanted));
    if (!isComparison(code)) {
      throw refusal;
    }
    settle(goal, note, refusal);
  }

  /**
   * Makes sure that the primary knows the key, and changes nothing: by an update with an empty list
   * of changes, on a condition that is never met.
   *
   * @throws OutsideException when it does not, or does not answer
   */
  void check(Name zone) {
    var update = new Update(zone);
    update.present(new TXTRecord(noteName, DClass.IN, 0, "landfall never writes this"));
    String doing = "use the key for %s at %s".formatted(name, primary);
    Message answer = client.send(primary, update, key.get(), doing);
    boolean understood = isComparison(answer.getRcode()) || answer.getRcode() == Rcode.NOERROR;
    if (!understood || !answer.isVerified()) {
      throw refusal(answer, doing);
    }
  }

  /** Whether a prerequisite was not met: nothing is wrong with the rest. */
  private static boolean isComparison(int code) {
    return code == Rcode.NXRRSET
        || code == Rcode.YXRRSET
        || code == Rcode.NXDOMAIN
        || code == Rcode.YXDOMAIN;
  }

  /** An answer was lost, or another one was quicker: what counts is what the primary has. */
  private void settle(There goal, Note note, OutsideException otherwise) {
    There now;
    try {
      now = read();
    } catch (OutsideException e) {
      otherwise.addSuppressed(e);
      throw otherwise;
    }
    if (now.equals(goal)) {
      return;
    }
    if (now.note().filter(newer -> newer.epoch() > note.epoch()).isPresent()) {
      throw stale(now, note);
    }
    throw otherwise;
  }

  Update message(Name zone, There seen, There goal, Note note) {
    var update = new Update(zone);
    SortedSet<Address> before = seen.records().addresses();
    for (Address.Kind kind : Address.Kind.values()) {
      if (before.stream().noneMatch(each -> each.kind() == kind)) {
        update.absent(name, kind.type());
      }
    }
    // With its value, and for the whole set: RFC 2136, 2.4.2. The TTL is not compared.
    before.forEach(address -> update.present(address.record(name, 0)));
    seen.note()
        .ifPresentOrElse(
            old -> update.present(text(old, 0)), () -> update.absent(noteName, Type.TXT));

    for (Address.Kind kind : Address.Kind.values()) {
      update.delete(name, kind.type());
    }
    long ttlSeconds = goal.records().ttl().toSeconds();
    new TreeSet<>(goal.records().addresses())
        .forEach(address -> update.add(address.record(name, ttlSeconds)));
    update.delete(noteName, Type.TXT);
    update.add(text(note, NOTE_TTL_SECONDS));
    return update;
  }

  private TXTRecord text(Note note, long ttlSeconds) {
    return new TXTRecord(noteName, DClass.IN, ttlSeconds, note.text());
  }

  private String doing(RecordSet wanted) {
    return "let %s lead to %s at %s".formatted(name, wanted, primary);
  }

  private OutsideException stale(There there, Note note) {
    return new OutsideException(
        DnsProblem.STALE_ORDER,
        "cannot change %s by the order of epoch %d: %s has one of epoch %d; leave it to the other"
                .formatted(name, note.epoch(), primary, there.note().map(Note::epoch).orElse(0L))
            + " controller");
  }

  private OutsideException refusal(Message answer, String doing) {
    int code = answer.getRcode();
    TSIGRecord signature = answer.getTSIG();
    int error = signature == null ? Rcode.NOERROR : signature.getError();
    if (error != Rcode.NOERROR) {
      String advice =
          switch (error) {
            case Rcode.BADTIME -> "set the clocks: more than 5 minutes lie between them";
            // Knot DNS says so too when the key is right and may not change this name.
            case Rcode.BADKEY ->
                "compare the key's name and algorithm with the server's, and what it may change";
            default -> "compare the key's secret and algorithm with the server's";
          };
      return problem(DnsProblem.KEY, doing, Rcode.TSIGstring(error) + "\"; " + advice);
    }
    return switch (code) {
      case Rcode.NOERROR ->
          new OutsideException(
              DnsProblem.KEY,
              "cannot trust that %s does what it was told: its answer is not signed by the key;"
                      .formatted(primary)
                  + " is something between that answers in its place?");
      case Rcode.NXRRSET, Rcode.YXRRSET, Rcode.NXDOMAIN, Rcode.YXDOMAIN ->
          problem(
              DnsProblem.CHANGED,
              doing,
              Rcode.string(code) + "\", so somebody else has changed it meanwhile; find out who");
      case Rcode.REFUSED ->
          problem(
              DnsProblem.REFUSED,
              doing,
              "REFUSED\"; compare the key's secret; let it change A, AAAA and CNAME of %s and TXT of %s"
                  .formatted(name, noteName));
      case Rcode.NOTAUTH, Rcode.NOTZONE ->
          problem(
              DnsProblem.REFUSED,
              doing,
              Rcode.string(code) + "\"; is it the zone's primary, and does it know the key?");
      default -> problem(DnsProblem.REFUSED, doing, Rcode.string(code) + "\"; its log says more");
    };
  }

  private OutsideException ignored(RecordSet wanted) {
    return new OutsideException(
        DnsProblem.REFUSED,
        "cannot %s: it answered that it has done so, and has not; let the key change %s and %s"
            .formatted(doing(wanted), name, noteName));
  }

  private static OutsideException problem(DnsProblem code, String doing, String seen) {
    return new OutsideException(code, "cannot %s: it answered \"%s".formatted(doing, seen));
  }
}
