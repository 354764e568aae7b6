package dev.landfall.adapter.reach;

import dev.landfall.workload.Network;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where an agent may look on behalf of others. It is asked of the address that is connected to, and
 * not of a name: a name leads wherever somebody lets it lead.
 */
public final class AllowedNetworks {
  /**
   * What only the machine itself, or its cloud, should be asked: loopback and what leads there (RFC
   * 6890), link-local addresses, with the metadata of most clouds among them (RFC 3927, RFC 4291),
   * and what Azure, Alibaba Cloud, AWS and Google Cloud tell their machines elsewhere.
   */
  private static final List<Network> OWN =
      Stream.of(
              "127.0.0.0/8",
              "::1/128",
              "0.0.0.0/8",
              "::/128",
              "169.254.0.0/16",
              "fe80::/10",
              "168.63.129.16/32",
              "100.100.100.200/32",
              "fd00:ec2::/32",
              "fd20:ce::254/128")
          .map(Network::parse)
          .toList();

  /** Whose last four bytes are an address of IPv4, to which NAT64 translates (RFC 6052, 2.1). */
  private static final Network TRANSLATED = Network.parse("64:ff9b::/96");

  private static final int CARRIED_FROM = 12;

  /** All of IPv4, as the addresses of IPv6 that it is mapped to. */
  private static final Network IPV4 = Network.parse("0.0.0.0/0");

  /** For whoever looks on nobody's behalf. */
  static final AllowedNetworks ANY = new AllowedNetworks(List.of(), true);

  private final List<Network> networks;
  private final boolean own;

  private AllowedNetworks(List<Network> networks, boolean own) {
    this.networks = List.copyOf(networks);
    this.own = own;
  }

  /**
   * These, and no others; all but what is the machine's own where none is given. What is its own is
   * allowed by a network that lies in it, and not by one that also has others.
   */
  public static AllowedNetworks of(List<Network> networks) {
    return new AllowedNetworks(networks, false);
  }

  /** Why an address may not be looked at, as a clause; absent when it may. */
  Optional<String> against(InetAddress address) {
    if (own) {
      return Optional.empty();
    }
    String text = address.getHostAddress();
    byte[] bytes =
        Network.address(text).orElseThrow(() -> new IllegalStateException("no address: " + text));
    boolean allowed =
        isAllowed(bytes, networks.isEmpty())
            && leadsTo(bytes).map(behind -> isAllowed(behind, true)).orElse(true);
    return allowed
        ? Optional.empty()
        : Optional.of(
            "the agent may not look at %s; start it with --allow for that network".formatted(text));
  }

  /**
   * Whether the networks allow an address.
   *
   * @param others whether one that is nobody's own may be looked at though none of them has it
   */
  private boolean isAllowed(byte[] address, boolean others) {
    List<Network> around = networks.stream().filter(each -> holds(each, address)).toList();
    Optional<Network> kept = OWN.stream().filter(each -> holds(each, address)).findFirst();
    return kept.map(range -> around.stream().anyMatch(each -> each.prefix() >= range.prefix()))
        .orElse(others || !around.isEmpty());
  }

  /** Whoever writes a network of IPv6 means none of IPv4, though those are mapped into it. */
  private static boolean holds(Network network, byte[] address) {
    return network.contains(address)
        && (network.prefix() >= IPV4.prefix() || !IPV4.contains(address));
  }

  /** The address of IPv4 that one of IPv6 is translated to on the way; absent for others. */
  private static Optional<byte[]> leadsTo(byte[] address) {
    if (!TRANSLATED.contains(address)) {
      return Optional.empty();
    }
    byte[] carried = HexFormat.of().parseHex(IPV4.address());
    System.arraycopy(address, CARRIED_FROM, carried, CARRIED_FROM, carried.length - CARRIED_FROM);
    return Optional.of(carried);
  }
}
