package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that lacks something cannot be said to be done. */
class RecordVerbTest {
  private static final Path EXAMPLE = Path.of("examples/records/business-testing.yaml");

  @TempDir private Path folder;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int attach(String content, String... more) throws Exception {
    Path file = folder.resolve("tests.yaml");
    Files.writeString(file, content);
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var words = new ArrayList<String>();
    words.addAll(List.of("gate", "attach", "shop", "tested", "--record", file.toString()));
    words.addAll(List.of(more));
    return new Cli(
            new Answers(), out, new PrintStream(err, true, StandardCharsets.UTF_8), Map.of(), false)
        .execute(words.toArray(String[]::new));
  }

  /** Certified long ago, by whatever clock this runs. */
  private static String example() throws Exception {
    return Files.readString(EXAMPLE).replace("2026-", "2020-");
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void oneThatIsFulfilledIsTakenAndOneThatIsNotIsOnlyADocument() throws Exception {
    String fulfilled = example();
    assertThat(attach(fulfilled, "--executed")).as(said()).isZero();
    String open = fulfilled.replace("workaround: choose the printer by hand", "note: pity");
    assertThat(attach(open)).as(said()).isZero();
    assertThat(attach(open, "--executed")).isEqualTo(2);
    assertThat(said())
        .contains("1 failed without a workaround: Print an invoice (low)", "mend that");
  }

  @Test
  void aMistakeIsToldWithItsPlace() throws Exception {
    assertThat(attach(example().replace("passed", "past"))).isEqualTo(1);
    assertThat(said()).contains("tests.yaml:5:", "is not known");
  }
}
