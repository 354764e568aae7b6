package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Holds docs/reference/cli.md to the verbs and options that the program knows. */
class CliReferenceTest {
  private static final Path REFERENCE = Path.of("docs/reference/cli.md");
  private static final String EVERYWHERE = "Every verb";
  private static final Pattern OPTION =
      Pattern.compile("(?m)^\\| (?:`-\\w`, )?`(--[a-z-]+)` \\| ([^|]*)\\| ([^|]*)\\|");

  @Test
  void everyVerbHasASectionAndALineAndNoOtherHas() throws Exception {
    var verbs = new TreeSet<>(verbs().keySet());
    var sections = new TreeSet<>(sections().keySet());
    sections.removeAll(List.of(EVERYWHERE, "Exit codes", "JSON", ""));
    assertThat(sections).isEqualTo(verbs);
    String overview = section("");
    var lines = Pattern.compile("(?m)^\\| \\[`([a-z -]+)`\\]").matcher(overview).results().toList();
    assertThat(lines.stream().map(line -> line.group(1)))
        .containsExactlyInAnyOrderElementsOf(verbs);
  }

  @Test
  void everyOptionIsInItsVerbsTableAndNoOtherIs() throws Exception {
    for (var verb : verbs().entrySet()) {
      var known =
          verb.getValue().getCommandSpec().options().stream()
              .filter(option -> !option.inherited() && !option.usageHelp())
              .map(OptionSpec::longestName)
              .toList();
      assertThat(options(section(verb.getKey())))
          .as(verb.getKey())
          .containsExactlyInAnyOrderElementsOf(known);
    }
    assertThat(options(section(EVERYWHERE)))
        .containsExactlyInAnyOrder("--data", "--json", "--help");
  }

  @Test
  void everyDefaultAndArgumentIsTheOneThatIsTold() throws Exception {
    var wrong = new ArrayList<String>();
    for (var verb : verbs().entrySet()) {
      var options = verb.getValue().getCommandSpec().optionsMap();
      OPTION
          .matcher(section(verb.getKey()))
          .results()
          .forEach(row -> {
            OptionSpec option = Objects.requireNonNull(options.get(row.group(1)), row.group());
            String wanted = option.defaultValue();
            boolean fits = wanted == null || row.group(3).strip().equals("`" + wanted + "`");
            String argument = option.arity().max() == 0 ? "" : option.paramLabel();
            if (!fits || !row.group(2).strip().equals(argument)) {
              wrong.add(verb.getKey() + " " + row.group());
            }
          });
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void theExitCodesAreTheProgrammes() throws Exception {
    var told = Pattern.compile("(?m)^\\| (\\d) \\|").matcher(section("Exit codes")).results();
    assertThat(told.map(row -> Integer.parseInt(row.group(1))))
        .containsExactlyElementsOf(List.of(Exit.values()).stream().map(Exit::number).toList());
  }

  @Test
  void everyExampleOfJsonIsJson() throws Exception {
    var examples =
        Pattern.compile("```json\n(.*?)\n```").matcher(Files.readString(REFERENCE)).results();
    var mapper = new ObjectMapper();
    assertThat(examples.map(each -> each.group(1)).toList())
        .hasSizeGreaterThan(7)
        .allSatisfy(example -> assertThat(mapper.readTree(example)).isNotNull());
  }

  private static String section(String heading) throws Exception {
    return sections().getOrDefault(heading, "");
  }

  private static List<String> options(String section) {
    return OPTION.matcher(section).results().map(row -> row.group(1)).toList();
  }

  /** Verbs by the words that are typed: those with verbs of their own are not typed alone. */
  private static Map<String, CommandLine> verbs() {
    var found = new TreeMap<String, CommandLine>();
    // The words are only read, so nothing is made.
    var cli = new Cli(new NoWiring(), System.out, System.err, Map.of(), false);
    cli.commandLine()
        .getSubcommands()
        .forEach((name, verb) -> {
          if (verb.getSubcommands().isEmpty()) {
            found.put(name, verb);
          }
          verb.getSubcommands().forEach((inner, each) -> found.put(name + " " + inner, each));
        });
    return found;
  }

  /** The text under each heading; what stands before the first is under the empty one. */
  private static Map<String, String> sections() throws Exception {
    var found = new TreeMap<String, String>();
    String heading = "";
    for (String part : Files.readString(REFERENCE).split("(?m)^## ")) {
      found.put(heading.isEmpty() ? "" : part.lines().findFirst().orElseThrow(), part);
      heading = "further";
    }
    return found;
  }
}
