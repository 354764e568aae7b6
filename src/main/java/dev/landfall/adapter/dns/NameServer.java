package dev.landfall.adapter.dns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * One address at which a DNS server answers.
 *
 * @param name how people know it; the address itself when it has no name
 * @param address where it is asked
 */
record NameServer(String name, InetSocketAddress address) {
  private static final Pattern FORM =
      Pattern.compile("\\[([0-9a-fA-F:.]+)](?::(\\d{1,5}))?|([^:\\[\\]]+)(?::(\\d{1,5}))?");

  static NameServer of(String name, InetAddress address, int port) {
    return new NameServer(name, new InetSocketAddress(address, port));
  }

  /**
   * Reads {@code 192.0.2.53}, {@code [2001:db8::53]:5300} or {@code ns1.shop.example:53}. The name
   * is looked up now.
   *
   * @throws IllegalArgumentException when the text has none of these forms
   * @throws UnknownHostException when there is no such name
   */
  static NameServer parse(String text, int usualPort) throws UnknownHostException {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no address of a DNS server; give 192.0.2.53 or [2001:db8::53]:53"
              .formatted(text));
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(3);
    String port = matcher.group(1) != null ? matcher.group(2) : matcher.group(4);
    return new NameServer(
        host,
        new InetSocketAddress(
            InetAddress.getByName(host), port == null ? usualPort : Integer.parseInt(port)));
  }

  @Override
  public String toString() {
    String host = address.getAddress().getHostAddress();
    String shown = address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host;
    String at = address.getPort() == 53 ? shown : shown + ":" + address.getPort();
    return name.equals(host) ? at : name + " " + at;
  }
}
