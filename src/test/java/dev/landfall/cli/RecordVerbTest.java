package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
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

  /** Certified today, by whatever clock this runs. */
  private static String example() throws Exception {
    return Files.readString(EXAMPLE)
        .replace("2026-03-01", LocalDate.now(ZoneOffset.UTC).toString());
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
    assertThat(said()).contains("1 failed without a workaround: cases[3] (low)", "mend that");
  }

  /** An address is in the history for good. */
  @Test
  void aLinkThatHasAPasswordOrThatNobodyElseCanFollowIsRefused() {
    for (String link :
        List.of(
            "https://pia:hunter2@shop.example/report",
            "https://shop.example/report?page=2&token=hunter2",
            "FILE:///home/hunter2/report.pdf")) {
      var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
      int exit =
          new Cli(
                  new Answers(),
                  out,
                  new PrintStream(err, true, StandardCharsets.UTF_8),
                  Map.of(),
                  false)
              .execute("gate", "attach", "shop", "tested", "--link", link);
      assertThat(exit).as(link).isEqualTo(1);
      assertThat(said()).contains("cannot attach a --link").doesNotContain("hunter2");
    }
  }

  @Test
  void aMistakeIsToldWithItsPlace() throws Exception {
    assertThat(attach(example().replace("passed", "past"))).isEqualTo(1);
    assertThat(said()).contains("tests.yaml:7:", "is not known");
  }
}
