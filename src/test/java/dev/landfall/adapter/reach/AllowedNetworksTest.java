package dev.landfall.adapter.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an agent may look. */
class AllowedNetworksTest {
  private static boolean allowed(String address, String... networks) throws Exception {
    List<Network> given = Stream.of(networks).map(Network::parse).toList();
    // As it comes from a resolver, and not as it is written.
    return AllowedNetworks.of(given).against(InetAddress.getByName(address)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.9.10",
        "::1",
        "0.0.0.0",
        "::",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1",
        "febf::1",
        "168.63.129.16",
        "100.100.100.200",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254"
      })
  void whatIsTheMachinesOwnIsLookedAtOnlyWhenItIsNamed(String address) throws Exception {
    assertThat(allowed(address)).isFalse();
    assertThat(allowed(address, "0.0.0.0/0", "::/0", "0.0.0.0/1", "fe00::/8")).isFalse();
    assertThat(allowed(address, "10.0.0.0/8")).isFalse();
    String plain = address.replace("::ffff:", "");
    assertThat(allowed(address, plain)).isTrue();
  }

  @Test
  void withoutAnyNetworkAllOthersAreLookedAtAndWithOneNoOtherIs() throws Exception {
    for (String address : List.of("10.1.0.5", "192.0.2.1", "2001:db8::1", "fec0::1")) {
      assertThat(allowed(address)).as(address).isTrue();
      assertThat(allowed(address, "127.0.0.0/8")).as(address).isFalse();
    }
    assertThat(allowed("10.1.255.255", "10.1.0.0/16", "2001:db8::/32")).isTrue();
    assertThat(allowed("10.2.0.0", "10.1.0.0/16", "2001:db8::/32")).isFalse();
    assertThat(allowed("2001:db8:ffff::1", "10.1.0.0/16", "2001:db8::/32")).isTrue();
    assertThat(allowed("127.0.0.2", "127.0.0.1/32")).isFalse();
  }

  /** A gateway would translate it, and ask its own loopback, or its cloud. */
  @Test
  void whatIsTranslatedToTheMachinesOwnIsNotLookedAtEither() throws Exception {
    for (String address : List.of("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe")) {
      assertThat(allowed(address)).as(address).isFalse();
      assertThat(allowed(address, "::/0", "64:ff9b::/96")).as(address).isFalse();
    }
    assertThat(allowed("64:ff9b::a9fe:a9fe", "64:ff9b::/96", "169.254.169.254")).isTrue();
    assertThat(allowed("64:ff9b::a01:5")).isTrue();
    assertThat(allowed("64:ff9b::a01:5", "64:ff9b::/96")).isTrue();
    assertThat(allowed("64:ff9b::a01:5", "10.0.0.0/8")).isFalse();
  }

  /**
   * Addresses of IPv4 are mapped into those of IPv6, and nobody who writes the latter means them.
   */
  @Test
  void aNetworkOfTheOneFamilyAllowsNoneOfTheOther() throws Exception {
    assertThat(allowed("10.1.0.5", "::/0")).isFalse();
    assertThat(allowed("10.1.0.5", "::/1")).isFalse();
    assertThat(allowed("2001:db8::1", "::/0")).isTrue();
    assertThat(allowed("2001:db8::1", "0.0.0.0/0")).isFalse();
    assertThat(allowed("10.1.0.5", "::ffff:10.1.0.0/112")).isTrue();
  }
}
