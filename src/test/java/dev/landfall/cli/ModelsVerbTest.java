package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.promotion.Estimate;
import dev.landfall.promotion.ModelAdvice;
import dev.landfall.replication.CopySize;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table as it is printed, for a workload that can fly and for one that a name leads. After a
 * deliberate change: {@code mvn test -Dtest=ModelsVerbTest -Dlandfall.golden=write}, and read the
 * difference.
 */
class ModelsVerbTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Answers answers = new Answers();

  @ParameterizedTest
  @ValueSource(strings = {"shop", "by-dns", "flights-two-way"})
  void theModelsStandSideBySide(String example) throws Exception {
    answers.size = new Estimate.Size.Known(new CopySize(12, 40_000, 250_000_000, 90_000_000));
    assertPrinted("models-" + example, "models", "examples/" + example + ".yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"flights"})
  void whatTheServersLackIsToldOfTheModelsThatNeedIt(String example) throws Exception {
    answers.lacking =
        new ModelAdvice.Lacking(
            List.of("orders: source: wal_level is replica; ALTER SYSTEM SET wal_level = logical"),
            List.of("orders: target: may not create databases; ALTER ROLE migrator CREATEDB"));
    assertPrinted("models-lacking", "models", "examples/" + example + ".yaml", "--users", "25000");
  }

  private void assertPrinted(String golden, String... args) throws Exception {
    var screen = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(new Cli(answers, screen, screen, Map.of("USER", "ann"), false).execute(args))
        .isZero();
    String said = out.toString(StandardCharsets.UTF_8);
    Path file = Path.of("src/test/resources/cli", golden + ".txt");
    if ("write".equals(System.getProperty("landfall.golden"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, said);
    }
    assertThat(said).isEqualTo(Files.readString(file));
  }
}
