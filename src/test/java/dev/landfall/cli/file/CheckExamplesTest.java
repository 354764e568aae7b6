package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reference shows of checks can be pasted behind the assets of a workload file. */
class CheckExamplesTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\n(gates:\n.*?)```", Pattern.DOTALL);

  private static final String BEFORE =
      """
      landfall: 1
      workload: shop
      owner: retail-apps
      model: staged
      assets:
        orders:
          kind: postgres
          source: { url: "postgresql://10.1.0.4:5432/shop", user: m, password: "env:A" }
          target: { url: "postgresql://20.0.0.4:5432/shop", user: m, password: "env:B" }
        web:
          kind: http
          source: { url: "http://10.1.0.5:8080" }
          target: { url: "http://20.0.0.5:8080" }
      """;

  static List<String> examples() throws Exception {
    return EXAMPLE
        .matcher(Files.readString(Path.of("docs/reference/gates.md")))
        .results()
        .map(each -> each.group(1))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theExampleIsRight(String gates) {
    var file =
        WorkloadFile.parse("example.yaml", (BEFORE + gates).getBytes(StandardCharsets.UTF_8));
    assertThat(WorkloadFileTest.right(file).gates().orElseThrow().gates())
        .anyMatch(gate -> gate.check().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 %", "1000 %", "12.5 %"})
  void theBoundsOfAMarginAreInIt(String margin) throws Exception {
    String performance =
        examples().stream()
            .filter(each -> each.contains("kind: performance"))
            .findFirst()
            .orElseThrow()
            .replace("slower-by: 5ms", "margin: " + margin);
    assertThat(performance).contains(margin);
    theExampleIsRight(performance);
  }

  @Test
  void eachKindThatTheReferenceDescribesHasOne() throws Exception {
    assertThat(String.join("\n", examples()))
        .contains("kind: classification", "kind: backup", "kind: performance", "kind: severed");
  }
}
