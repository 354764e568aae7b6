package dev.landfall.adapter.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Probe.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract of a check says is what becomes of its program. */
class CommandProbeTest {
  private static final CommandProbe.Question QUESTION =
      new CommandProbe.Question("shop", "staged", "own-check", "abc");

  @TempDir private Path folder;

  private Observation look(String script, Duration timeout) throws Exception {
    Path program = folder.resolve("check");
    Files.writeString(program, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new CommandProbe(QUESTION, List.of(program.toString(), "east"), timeout).look();
  }

  @Test
  void itPassesWithZeroAndWhatItPrintsIsTheEvidence() throws Exception {
    String script =
        "echo \"$1 $2 $LANDFALL_CONTRACT $LANDFALL_WORKLOAD $LANDFALL_MODEL $LANDFALL_GATE"
            + " $LANDFALL_PLAN\"; env | wc -l";
    Observation seen = look(script, Duration.ofSeconds(20));
    assertThat(seen.passed()).isTrue();
    assertThat(seen.raw()).startsWith("east check 1 shop staged own-check abc\n");
    assertThat(Integer.parseInt(seen.raw().lines().toList().get(1).strip()))
        .as("nothing of this process's environment is handed on")
        .isLessThan(12);
  }

  @Test
  void anythingElseHasFailedForTheReasonThatItGives() throws Exception {
    Observation seen = look("echo 40 of 41; echo refunds fail >&2; exit 3", Duration.ofSeconds(20));
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason()).contains("ended with 3").contains("\"refunds fail\"");
    assertThat(seen.reason())
        .as("what it prints is evidence, and no message")
        .doesNotContain("of 41");
    assertThat(seen.raw()).isEqualTo("40 of 41\n");
  }

  @Test
  void aProgramThatTakesTooLongOrIsNotThereHasNotPassed() throws Exception {
    Observation slow = look("sleep 30", Duration.ofMillis(300));
    assertThat(slow.passed()).isFalse();
    assertThat(slow.reason()).contains("had not ended after 300 ms");
    var absent = new CommandProbe(QUESTION, List.of("/nowhere/check"), Duration.ofSeconds(1));
    assertThat(absent.look().passed()).isFalse();
    assertThat(absent.look().reason()).contains("cannot run /nowhere/check");
  }
}
