package dev.landfall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/config.md and docs/reference/postgres-rights.md to the sources. */
class ConfigReferenceTest {
  private static final Path CONFIG = Path.of("docs/reference/config.md");
  private static final Path RIGHTS = Path.of("docs/reference/postgres-rights.md");

  @Test
  void everyVariableOfOursIsDescribedAndNoOtherIs() throws Exception {
    var read = found("LANDFALL_[A-Z_]+", sources() + Files.readString(Path.of("landfall")));
    assertThat(found("LANDFALL_[A-Z_]+", Files.readString(CONFIG))).isEqualTo(read);
  }

  @Test
  void everySystemPropertyOfOursIsDescribedAndNoOtherIs() throws Exception {
    var asked = new TreeSet<String>();
    Pattern.compile("(?:getProperty|getBoolean)\\(\\s*\"(landfall\\.[a-z.]+)\"")
        .matcher(sources())
        .results()
        .forEach(hit -> asked.add(hit.group(1)));
    String properties = Files.readString(CONFIG).split("## System properties")[1].split("## ")[0];
    assertThat(found("(?<=^\\| `)landfall\\.[a-z.]+", properties)).isEqualTo(asked);
  }

  @Test
  void everyTableThatIsMadeInADatabaseIsDescribed() throws Exception {
    var made = new TreeSet<String>();
    Pattern.compile("CREATE (?:TABLE|SEQUENCE) IF NOT EXISTS landfall\\.([a-z_]+)")
        .matcher(sources())
        .results()
        .forEach(hit -> made.add(hit.group(1)));
    assertThat(made).contains("control", "refused_writes");
    String rights = Files.readString(RIGHTS);
    assertThat(made).allSatisfy(name -> assertThat(rights).contains("`" + name + "`"));
  }

  @Test
  void everyLinkWithinTheReferenceLeadsSomewhere() throws Exception {
    var broken = new ArrayList<String>();
    for (String folder : List.of("docs/reference", "docs/guide", "docs/internals", "docs")) {
      try (var files = Files.list(Path.of(folder))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".md")).toList()) {
          for (String link : found("(?<=\\]\\()[^)\\s]+(?=\\))", Files.readString(file))) {
            if (!link.startsWith("http") && !leadsSomewhere(file, link)) {
              broken.add(file + ": " + link);
            }
          }
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path from, String link) throws Exception {
    String[] parts = link.split("#", 2);
    Path to = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]).normalize();
    if (!Files.exists(to)) {
      return false;
    }
    return parts.length == 1
        || Files.readString(to)
            .lines()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
            .map(line -> line.replaceAll("[^\\p{Alnum}_ -]", "").replace(' ', '-'))
            .anyMatch(parts[1]::equals);
  }

  private static Set<String> found(String what, String where) {
    return Pattern.compile(what, Pattern.MULTILINE)
        .matcher(where)
        .results()
        .map(hit -> hit.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String sources() throws Exception {
    var text = new StringBuilder();
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
