package dev.landfall.adapter.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.Locale;
import java.util.TreeSet;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * What a name can lead to: an address, or another name.
 *
 * @param kind the type of the record
 * @param text the address, or the name with its final dot, in the one form by which two are equal
 */
record Address(Kind kind, String text) implements Comparable<Address> {
  private static final Comparator<Address> ORDER =
      Comparator.comparing(Address::kind).thenComparing(Address::text);

  /** The types of records that lead users somewhere. */
  enum Kind {
    A(Type.A),
    AAAA(Type.AAAA),
    CNAME(Type.CNAME);

    private final int type;

    Kind(int type) {
      this.type = type;
    }

    int type() {
      return type;
    }
  }

  /**
   * Reads an IPv4 address, an IPv6 address, or a name.
   *
   * @throws IllegalArgumentException when the text is none of these
   */
  static Address parse(String text) {
    byte[] four = org.xbill.DNS.Address.toByteArray(text, org.xbill.DNS.Address.IPv4);
    if (four != null) {
      return new Address(Kind.A, written(four));
    }
    byte[] six = org.xbill.DNS.Address.toByteArray(text, org.xbill.DNS.Address.IPv6);
    if (six != null) {
      return new Address(Kind.AAAA, written(six));
    }
    try {
      Name name = Name.fromString(text, Name.root);
      if (name.labels() < 2 || text.matches("[0-9.]*")) {
        throw new IllegalArgumentException("\"" + text + "\" is neither an address nor a name");
      }
      return named(name);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is neither an address nor a name: " + e.getMessage(), e);
    }
  }

  /** Reads several that one name is to have at the same time. */
  static TreeSet<Address> parseAll(Iterable<String> texts) {
    var all = new TreeSet<Address>();
    texts.forEach(text -> all.add(parse(text)));
    if (all.isEmpty()) {
      throw new IllegalArgumentException("no address is given");
    }
    if (all.size() > 1 && all.last().kind() == Kind.CNAME) {
      throw new IllegalArgumentException(
          "a name that leads to another name (%s) can lead nowhere else"
              .formatted(all.last().text()));
    }
    return all;
  }

  /** What a record leads to. */
  static Address of(Record record) {
    return switch (record) {
      case ARecord a -> new Address(Kind.A, written(a.getAddress().getAddress()));
      case AAAARecord a -> new Address(Kind.AAAA, written(a.getAddress().getAddress()));
      case CNAMERecord alias -> named(alias.getTarget());
      default -> throw new IllegalArgumentException("a record that leads nowhere: " + record);
    };
  }

  /** The record that makes a name lead here. */
  Record record(Name owner, long ttlSeconds) {
    try {
      return switch (kind) {
        case A -> new ARecord(owner, DClass.IN, ttlSeconds, InetAddress.getByName(text));
        case AAAA -> new AAAARecord(owner, DClass.IN, ttlSeconds, InetAddress.getByName(text));
        case CNAME -> new CNAMERecord(owner, DClass.IN, ttlSeconds, Name.fromString(text));
      };
    } catch (UnknownHostException | TextParseException e) {
      throw new IllegalStateException("an address was taken that is none: " + text, e);
    }
  }

  private static Address named(Name name) {
    return new Address(Kind.CNAME, name.toString().toLowerCase(Locale.ROOT));
  }

  private static String written(byte[] address) {
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + address.length + " bytes", e);
    }
  }

  @Override
  public int compareTo(Address other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return text;
  }
}
