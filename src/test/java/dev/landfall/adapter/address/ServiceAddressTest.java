package dev.landfall.adapter.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAddressTest {
  @Test
  void anAddressWithoutAPrefixIsThatOneAlone() {
    assertThat(ServiceAddress.parse("192.0.2.10").prefix()).isEqualTo(32);
    assertThat(ServiceAddress.parse("2001:db8::10").prefix()).isEqualTo(128);
    assertThat(ServiceAddress.parse("192.0.2.10/24").prefix()).isEqualTo(24);
  }

  /** Nobody else finds these, or not without an interface that means nothing to them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1/32",
        "::1",
        "fe80::1/64",
        "169.254.1.1/16",
        "0.0.0.0/1",
        "224.0.0.1",
        "shop",
        "192.0.2.10/33",
        "192.0.2.10/0"
      })
  void whatNoUserCouldComeToIsRefused(String text) {
    assertThatThrownBy(() -> ServiceAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
