package dev.landfall.adapter.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a program's own words is told. */
class ToolsTest {
  private static final Tools POSTGRES = Tools.in(Path.of("/bin"));

  @Test
  void whyPostgresToolsFailedIsToldInWordsOfOursAndNeverInTheirs() {
    assertThat(POSTGRES.why("pg_dump: error: aborting because of server version mismatch jo@x"))
        .isEqualTo(" (it is older than the server)");
    assertThat(POSTGRES.why("pg_restore: FEHLER: doppelter Wert jo@x")).isEmpty();
    assertThat(POSTGRES.why("jo@x")).isEmpty();
    var own = new Tools(List.of("/t"), List.of("/r"), false);
    assertThat(own.why("permission denied")).isEmpty();
  }
}
