package dev.landfall;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.landfall.problem.ProblemCode;
import dev.landfall.promotion.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/errors.md to the codes that the program can tell. */
class ErrorsReferenceTest {
  private static final Path REFERENCE = Path.of("docs/reference/errors.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z]+(?:-[a-z]+)+)` \\|(.*)\\|$");

  @Test
  void everyCodeIsDescribedAndNoCodeIsDescribedThatIsGone() throws Exception {
    var told = new TreeSet<String>();
    codes().forEach(code -> told.add(code.id()));
    assertThat(described().keySet()).containsExactlyElementsOf(told);
  }

  @Test
  void noCodeIsDescribedTwice() throws Exception {
    var rows = ROW.matcher(Files.readString(REFERENCE)).results().map(row -> row.group(1)).toList();
    assertThat(rows).doesNotHaveDuplicates();
  }

  @Test
  void everyRefusalEndsAsItsRowSays() throws Exception {
    for (Refusal refusal : Refusal.values()) {
      String exit = described().get(refusal.id()).replaceAll(".*\\|", "").strip();
      assertThat(exit).as(refusal.id()).endsWith(refusal.blocked() ? "2" : "1");
    }
  }

  @Test
  void noTwoProblemsShareACode() {
    // What stands in for a product in tests answers with that product's codes.
    List<String> ids =
        codes()
            .filter(code -> !code.getClass().getPackageName().endsWith(".memory"))
            .map(ProblemCode::id)
            .toList();
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
  }

  @Test
  void codesStandInTheirEnumsAndNowhereElse() throws Exception {
    var enums = new ArrayList<String>();
    classes().forEach(type -> enums.add(type.getSimpleName() + ".java"));
    var literal =
        Pattern.compile("\"(" + String.join("|", described().keySet()).replace("-", "\\-") + ")\"");
    var found = new ArrayList<String>();
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (!enums.contains(file.getFileName().toString())) {
          literal
              .matcher(Files.readString(file))
              .results()
              .forEach(hit -> found.add(file + ": " + hit.group()));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** The rest of each row by its code. */
  private static Map<String, String> described() throws Exception {
    var rows = new TreeMap<String, String>();
    ROW.matcher(Files.readString(REFERENCE))
        .results()
        .forEach(row -> rows.put(row.group(1), row.group(2)));
    return rows;
  }

  private static Stream<ProblemCode> codes() {
    return classes()
        .flatMap(type -> {
          assertThat(type.isEnum()).as(type.getName() + " is an enum").isTrue();
          return Stream.of(type.reflect().getEnumConstants()).map(ProblemCode.class::cast);
        });
  }

  private static Stream<JavaClass> classes() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.landfall")
            .stream()
            .filter(type -> type.isAssignableTo(ProblemCode.class) && !type.isInterface());
  }
}
