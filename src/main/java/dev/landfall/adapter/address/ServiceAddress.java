package dev.landfall.adapter.address;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The address that users come to.
 *
 * @param address IPv4 or IPv6
 * @param prefix how many bits of it the network has, as {@code ip addr} takes it
 */
record ServiceAddress(InetAddress address, int prefix) {
  /** Reads {@code 192.0.2.10/32}, or throws an {@link IllegalArgumentException}. */
  static ServiceAddress parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * Byte.SIZE;
    int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
    if (prefix < 1
        || prefix > bits
        || address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || text.contains("%")) {
      throw new IllegalArgumentException("\"" + text + "\" is no address of a service");
    }
    return new ServiceAddress(address, prefix);
  }

  boolean isIpv6() {
    return address instanceof Inet6Address;
  }

  byte[] bytes() {
    return address.getAddress();
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
