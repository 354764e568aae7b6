package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TellableKeyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "17",
        "-3",
        "2147483647",
        "7234567890123456780",
        "0191c6b2-1d2e-7c3a-9f00-0123456789ab",
        "2028-02-29",
        "2028-02-29 12:00:00.123456+00",
        "ORD-2028-17",
        "sku_4711.b",
        "\u00e47",
        "t"
      })
  void whatNumbersAndWordsOfProgramsAreIsToldAsItIs(String value) {
    assertThat(TellableKey.of(value)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jo.doe@mail.example",
        "Wilhelmina Zweigstein",
        "4111111111111111",
        "5555 5555 5555 4444",
        "DE89370400440532013000",
        "078-05-1120",
        "+49 30 90182034",
        "85073003328",
        "Müller, Jo",
        "four\nlines"
      })
  void whatCouldBeSomebodysIsToldByItsHash(String value) {
    assertThat(TellableKey.of(value)).matches("sha256:[0-9a-f]{8}").doesNotContain(value);
  }

  @Test
  void whoMayReadTheTableFindsTheRowByIt() {
    assertThat(TellableKey.of("jo.doe@mail.example"))
        .as("encode(sha256(convert_to(email, 'UTF8')), 'hex') begins so")
        .isEqualTo("sha256:e1bf86c7");
  }
}
