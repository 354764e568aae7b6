package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where an agent may look is what was typed. */
class ProbeAgentVerbTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Answers answers = new Answers();

  private int run(String... args) {
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var complained = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Cli(answers, out, complained, Map.of(), false).execute(args);
  }

  @Test
  void networksAreHandedOnAndWhatIsNoneIsRefused() {
    assertThat(run("probe-agent")).isZero();
    assertThat(answers.asked.getLast()).contains("allowed=[]");
    assertThat(run("probe-agent", "--allow", "10.1.0.0/16", "--allow", "2001:db8::/32")).isZero();
    assertThat(answers.asked.getLast()).contains("10.1.0.0/16, 2001:db8::/32");
    assertThat(run("probe-agent", "--allow", "10.1.0.5/16")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("cannot read --allow: \"10.1.0.5/16\" has bits set behind its prefix");
  }
}
