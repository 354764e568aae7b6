package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A key is one person's, written in one way. */
class SignaturesTest {
  private static final String BEFORE = "302a300506032b6570032100";

  private static String key(String point) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(BEFORE + point));
  }

  @Test
  void everyKeyThatIsMadeIsOne() throws Exception {
    var generator = KeyPairGenerator.getInstance("Ed25519");
    for (int trial = 0; trial < 200; trial++) {
      byte[] made = generator.generateKeyPair().getPublic().getEncoded();
      assertThat(Signatures.isKey(Base64.getEncoder().encodeToString(made))).isTrue();
    }
  }

  /** The points of low order of the curve, as lists of them in other libraries have them. */
  @Test
  void aPointForWhichAnybodyCanSignIsNoKey() {
    for (String point :
        List.of(
            "01" + "00".repeat(31),
            "00".repeat(32),
            "00".repeat(31) + "80",
            "ec" + "ff".repeat(30) + "7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")) {
      assertThat(Signatures.isKey(key(point))).as(point).isFalse();
    }
  }

  @Test
  void aKeyThatIsWrittenInAnotherWayIsNone() {
    String right = "MCowBQYDK2VwAyEAEj+IeVvcXNzqo6ArOUMteXj6XB9fsjCvuY2g80QHLVE=";
    assertThat(Signatures.isKey(right)).isTrue();
    for (String last : List.of("F=", "G=", "H=", "E", "E==")) {
      assertThat(Signatures.isKey(right.replace("E=", last))).as(last).isFalse();
    }
    assertThat(Signatures.isKey(key("ee" + "ff".repeat(30) + "7f")))
        .as("one more than the field has")
        .isFalse();
  }
}
