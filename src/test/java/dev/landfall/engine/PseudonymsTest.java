package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PseudonymsTest {
  private static final String MAIL = "jo.doe@mail.example";

  @Test
  void withoutAKeyWhoMayReadTheTableFindsTheValueByIt() {
    assertThat(Pseudonyms.withoutKey().of(MAIL))
        .as("encode(sha256(convert_to(email, 'UTF8')), 'hex') begins so")
        .matches("sha256:e1bf86c7[0-9a-f]{8}");
  }

  @Test
  void byAKeyItIsTheHashOfBothAndNobodyElseFindsIt() {
    Pseudonyms names = Pseudonyms.keyed(() -> "jo.");

    assertThat(names.of("doe@mail.example"))
        .as("as the guide says to look for it")
        .isEqualTo(Pseudonyms.withoutKey().of(MAIL).replace("sha256", "keyed"));
    assertThat(names.of(MAIL)).isEqualTo(names.of(MAIL)).isNotEqualTo(names.of("x"));
    assertThat(names.of(MAIL)).isNotEqualTo(Pseudonyms.keyed(() -> "another").of(MAIL));
    assertThat(names.of(MAIL).substring(6))
        .isNotEqualTo(Pseudonyms.withoutKey().of(MAIL).substring(7));
  }
}
