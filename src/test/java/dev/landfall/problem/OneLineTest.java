package dev.landfall.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void whateverBreaksLinesOrSteersATerminalBecomesOneSpace() {
    assertThat(OneLine.of("  it is\r\n\tdown \u001b[31mnow\u0000 ", 100))
        .isEqualTo("it is down [31mnow");
    assertThat(OneLine.of("a\u0085b\u009b31mc\u2028d\u2029e \u00fc", 100))
        .isEqualTo("a b 31mc d e \u00fc");
  }

  @Test
  void whatIsLongerIsCut() {
    assertThat(OneLine.of("12345", 5)).isEqualTo("12345");
    assertThat(OneLine.of("123456", 5)).isEqualTo("12345...");
  }

  /** The journal takes nothing that cannot be written as UTF-8. */
  @Test
  void noHalfOfASignIsLeft() {
    for (String text : new String[] {"1234\ud83d\ude80 and on", "12\ud83d", "\ude80 12"}) {
      String line = OneLine.of(text, 5);
      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(line)).as(line).isTrue();
    }
    assertThat(OneLine.of("12\ud83d\ude80", 5)).isEqualTo("12\ud83d\ude80");
  }
}
