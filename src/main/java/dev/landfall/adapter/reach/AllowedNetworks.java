package dev.landfall.adapter.reach;

import dev.landfall.workload.Network;
import java.net.InetAddress;
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
   * and the metadata that Azure, Alibaba Cloud and AWS have elsewhere.
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
              "fd00:ec2::254/128")
          .map(Network::parse)
          .toList();

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
    List<Network> around = networks.stream().filter(each -> each.contains(bytes)).toList();
    Optional<Network> kept = OWN.stream().filter(each -> each.contains(bytes)).findFirst();
    boolean allowed =
        kept.map(range -> around.stream().anyMatch(each -> each.prefix() >= range.prefix()))
            .orElse(networks.isEmpty() || !around.isEmpty());
    return allowed
        ? Optional.empty()
        : Optional.of(
            "the agent may not look at %s; start it with --allow for that network".formatted(text));
  }
}
