package dev.landfall.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class WithheldTest {
  private static final String SECRET = "tok/3n of \"the+router\"=";

  @Test
  void aSecretIsTakenOutInEveryFormInWhichProgramsWriteIt() {
    byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
    for (String form :
        new String[] {
          SECRET,
          SECRET.replace("/", "\\/"),
          SECRET.replace("\"", "\\\""),
          URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
          Base64.getEncoder().encodeToString(bytes)
        }) {
      assertThat(Withheld.from("before " + form + " after", SECRET))
          .startsWith("before ***")
          .endsWith(" after")
          .doesNotContain("tok", form);
    }
  }

  @Test
  void whatIsNoSecretStays() {
    assertThat(Withheld.from("as it is", SECRET)).isEqualTo("as it is");
    assertThat(Withheld.from("as it is", "")).isEqualTo("as it is");
    assertThat(Withheld.from("as it is", " ")).isEqualTo("as it is");
  }
}
