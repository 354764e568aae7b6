package dev.landfall.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.1/24",
        "10.0.0/8",
        "10.0.0.0/",
        "10.0.0.256/32",
        "010.0.0.0/8",
        "::1/129",
        "1::2::3/128",
        "1:2:3:4:5:6:7:8:9/128",
        "12345::/16",
        "host/8",
        "",
        "/8"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anAddressAloneIsANetworkOfOne() {
    assertThat(Network.parse("192.0.2.1").prefix()).isEqualTo(128);
    assertThat(Network.parse("0.0.0.0/0").prefix()).isEqualTo(96);
    assertThat(Network.parse("::/0").prefix()).isZero();
  }

  @Test
  void addressesReadAsTheJdkReadsThem() throws Exception {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      if (i % 3 == 0) {
        java.util.Arrays.fill(bytes, 2, 14, (byte) 0);
      }
      String text = InetAddress.getByAddress(bytes).getHostAddress();
      assertThat(Network.address(text)).as(text).isPresent();
      assertThat(Network.address(text).orElseThrow()).as(text).isEqualTo(bytes);
    }
    assertThat(Network.address("::").orElseThrow()).isEqualTo(new byte[16]);
    assertThat(Network.address("1::8").orElseThrow())
        .isEqualTo(InetAddress.getByName("1:0:0:0:0:0:0:8").getAddress());
    assertThat(Network.address("not an address")).isEqualTo(Optional.empty());
  }
}
