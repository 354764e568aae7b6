package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is said of each wrong file stands beside it in a {@code .txt}. After a deliberate change of
 * the messages: {@code mvn test -Dtest=WrongWorkloadFilesTest -Dlandfall.golden=write}, and read
 * the difference.
 */
class WrongWorkloadFilesTest {
  private static final Path FOLDER = Path.of("src/test/resources/workload-files/wrong");

  /** Stands in the files wherever somebody could have written a password. */
  private static final String SECRET = "hunter2";

  static List<Path> files() throws Exception {
    try (var files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyMistakeIsToldWithItsPlaceAndNoSecret(Path file) throws Exception {
    String name = String.valueOf(file.getFileName());
    String said = said(WorkloadFile.parse(name, Files.readAllBytes(file)));
    Path golden = FOLDER.resolve(name.replace(".yaml", ".txt"));
    if ("write".equals(System.getProperty("landfall.golden"))) {
      Files.writeString(golden, said);
    }

    assertThat(said).isEqualTo(Files.readString(golden)).doesNotContain(SECRET);
  }

  @Test
  void aFileThatIsTooLargeIsRefusedUnread() {
    var bytes = "# a comment\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);

    assertThat(said(WorkloadFile.parse("large.yaml", bytes)))
        .isEqualTo(
            "large.yaml: cannot read the file: it is larger than 1 MiB;"
                + " a workload file has at most 1 MiB\n");
  }

  @Test
  void aMissingFileAndADirectoryAreMistakesToo() {
    assertThat(said(WorkloadFile.read(Path.of("no-such.yaml"))))
        .startsWith("no-such.yaml: cannot read the file: there is no such file;");
    assertThat(said(WorkloadFile.read(FOLDER))).contains("it is a directory");
  }

  @Test
  void aFileFullOfMistakesIsAnsweredInAHundredLines() {
    var lines = new ArrayList<String>();
    for (int i = 0; i < 5000; i++) {
      lines.add("key" + i + ": 1");
    }
    var bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);

    assertThat(said(WorkloadFile.parse("many.yaml", bytes)).lines()).hasSize(100);
  }

  @Test
  void aMistakeBehindManyAliasesIsToldOnce() {
    var text =
        """
        landfall: 1
        workload: shop
        owner: retail-apps
        model: single-step
        assets:
          one: &web { kind: http, source: { url: "http://a" }, target: { url: "ftp://b" } }
          two: *web
        """;

    assertThat(said(WorkloadFile.parse("x", text.getBytes(StandardCharsets.UTF_8))).lines())
        .as("one line for each of the two assets, and no more")
        .hasSize(2);
  }

  private static String said(WorkloadFile.Read read) {
    return switch (read) {
      case WorkloadFile.Right right -> "right: " + right.workload();
      case WorkloadFile.Wrong(var mistakes) ->
          mistakes.stream().map(mistake -> mistake + "\n").collect(Collectors.joining());
    };
  }

  @Test
  void everyTextBesideAFileHasItsFile() throws Exception {
    try (var all = Files.list(FOLDER)) {
      var texts = all.map(Path::toString).filter(name -> name.endsWith(".txt")).toList();
      assertThat(texts).allSatisfy(t -> assertThat(Path.of(t.replace(".txt", ".yaml"))).exists());
      assertThat(Arrays.asList(texts.toArray())).hasSameSizeAs(files());
    }
  }
}
