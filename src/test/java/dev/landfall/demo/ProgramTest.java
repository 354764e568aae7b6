package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
  @Test
  void aChildWhoseOutputIsReadAgainIsNotToldThatItWritesOnATerminal() {
    assertThat(
            Program.inherited(
                List.of(
                    "-Xmx1g",
                    "-Dlandfall.terminal=true",
                    "-Dlandfall.postgres=target/postgres",
                    "-Dorg.sqlite.lib.path=target/run/native",
                    "-XX:AOTCache=landfall.aot")))
        .containsExactly(
            "-Dlandfall.postgres=target/postgres",
            "-Dorg.sqlite.lib.path=target/run/native",
            "-XX:AOTCache=landfall.aot");
  }
}
