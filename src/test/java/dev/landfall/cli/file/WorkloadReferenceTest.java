package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader, the JSON Schema and the reference know the same keys. */
class WorkloadReferenceTest {
  private static final Path SCHEMA = Path.of("docs/reference/workload-file.schema.json");
  private static final Path REFERENCE = Path.of("docs/reference/workload-file.md");
  private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\| (yes|no) \\|");

  static List<Vocabulary.Shape> shapes() {
    return Vocabulary.ALL;
  }

  static List<Path> examples() throws Exception {
    try (var files = Files.list(Path.of("examples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theSchemaHasTheKeysOfTheReader(Vocabulary.Shape shape) throws Exception {
    JsonNode root = new ObjectMapper().readTree(Files.readString(SCHEMA));
    JsonNode object = shape.name().equals("file") ? root : root.path("$defs").path(shape.name());
    var names = new ArrayList<String>();
    object.path("properties").fieldNames().forEachRemaining(names::add);
    var required = new ArrayList<String>();
    object.path("required").forEach(name -> required.add(name.asText()));

    assertThat(names).containsExactlyElementsOf(shape.names());
    assertThat(required).containsExactlyElementsOf(requiredOf(shape));
    assertThat(object.path("additionalProperties").asBoolean(true)).isFalse();
    object
        .path("properties")
        .forEach(property -> assertThat(property.path("description").asText()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theReferenceHasTheKeysOfTheReader(Vocabulary.Shape shape) throws Exception {
    String text = Files.readString(REFERENCE);
    int begin = text.indexOf("<!-- keys: " + shape.name() + " -->");
    assertThat(begin).isNotNegative();
    int end = text.indexOf("\n## ", begin);
    var names = new ArrayList<String>();
    var required = new ArrayList<String>();
    for (String line : text.substring(begin, end).split("\n")) {
      var row = ROW.matcher(line);
      if (row.find()) {
        names.add(row.group(1));
        if (row.group(2).equals("yes")) {
          required.add(row.group(1));
        }
      }
    }

    assertThat(names).containsExactlyElementsOf(shape.names());
    assertThat(required).containsExactlyElementsOf(requiredOf(shape));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsRight(Path file) {
    WorkloadFileTest.right(WorkloadFile.read(file));
  }

  /** An editor that knows the schema says the same. */
  @ParameterizedTest
  @MethodSource("examples")
  void theSchemaAcceptsEveryExample(Path file) throws Exception {
    assertThat(mistakes(file)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-keys",
        "limits",
        "version-and-names",
        "secrets",
        "relations",
        "planes",
        "flights",
        "flights-lists",
        "dns",
        "pgbouncer",
        "metrics",
        "access",
        "gates",
        "probes"
      })
  void theSchemaRefusesWhatHasAWrongForm(String name) throws Exception {
    assertThat(mistakes(Path.of("src/test/resources/workload-files/wrong", name + ".yaml")))
        .isNotEmpty();
  }

  private static Set<ValidationMessage> mistakes(Path file) throws Exception {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(Files.readString(SCHEMA))
        .validate(new ObjectMapper(new YAMLFactory()).readTree(Files.readString(file)));
  }

  private static List<String> requiredOf(Vocabulary.Shape shape) {
    return shape.keys().stream()
        .filter(Vocabulary.Key::required)
        .map(Vocabulary.Key::name)
        .toList();
  }
}
