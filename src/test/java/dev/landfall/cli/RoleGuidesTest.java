package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages of the roles say what the catalogue says. What they say to type is done by
 * RoleGuidesIT.
 */
class RoleGuidesTest {
  private static final Path ROLES = Path.of("docs/guide/roles");
  private static final Pattern WORD = Pattern.compile("`([a-z][a-z-]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]+))?\\)");

  /** As R102 and R107 call them. */
  private static final List<String> PEOPLE =
      List.of(
          "cloud strategy",
          "cloud adoption",
          "cloud governance",
          "cloud operations",
          "cloud platform",
          "cloud automation",
          "CCoE",
          "central IT",
          "business owner",
          "technical owner",
          "power user",
          "CISO",
          "application owner",
          "IT operations",
          "project manager",
          "organizational change manager",
          "workload business owner",
          "workload architect",
          "UAT tester",
          "migration architect",
          "migration engineer",
          "cloud operations manager");

  private record Catalogued(Set<String> owned, Set<String> approved) {}

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  private static Set<String> words(String text) {
    var words = new TreeSet<String>();
    WORD.matcher(text).results().forEach(each -> words.add(each.group(1)));
    return words;
  }

  /** By page: the roles that read it, as the table of the overview says. */
  private static Map<String, Set<String>> readers() throws IOException {
    var readers = new TreeMap<String, Set<String>>();
    for (String line : lines(ROLES.resolve("README.md"))) {
      var row =
          Pattern.compile("\\| [^|]* \\| ([^|]*) \\| \\[[^]]*]\\((\\S+)\\) \\|").matcher(line);
      if (row.matches()) {
        readers.put(row.group(2), words(row.group(1)));
      }
    }
    return readers;
  }

  /** By role: what the catalogue of the reference says, which a test holds to the program. */
  private static Map<String, Catalogued> catalogue() throws IOException {
    var found = new HashMap<String, Catalogued>();
    for (String line : lines(Path.of("docs/reference/gates.md"))) {
      String[] cells = line.split("\\s*\\|\\s*");
      if (cells.length == 10 && cells[1].startsWith("`")) {
        String gate = cells[1].replace("`", "");
        catalogued(found, cells[4]).owned().add(gate);
        for (String role : cells[5].split(", ")) {
          catalogued(found, role).approved().add(gate);
        }
      } else if (cells.length == 3 && cells[1].matches("`[a-z-]+`")) {
        catalogued(found, cells[1].replace("`", ""));
      }
    }
    found.keySet().retainAll(roles());
    return found;
  }

  private static Catalogued catalogued(Map<String, Catalogued> found, String role) {
    return found.computeIfAbsent(role, _ -> new Catalogued(new TreeSet<>(), new TreeSet<>()));
  }

  private static Set<String> roles() throws IOException {
    var roles = new TreeSet<String>();
    String text = Files.readString(Path.of("docs/reference/gates.md"));
    String table = text.substring(text.indexOf("### Roles"), text.indexOf("catalogue: end"));
    table
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> roles.addAll(words(line.substring(0, line.indexOf('|', 1)))));
    return roles;
  }

  /** The gates in the first column of the tables with this heading. */
  private static Set<String> gates(Path page, String heading) throws IOException {
    var gates = new TreeSet<String>();
    boolean within = false;
    for (String line : lines(page)) {
      within = line.startsWith("|") && (within || line.equals("| gate | " + heading + " |"));
      if (within && line.startsWith("| `")) {
        gates.addAll(words(line.substring(0, line.indexOf('|', 1))));
      }
    }
    return gates;
  }

  @Test
  void everyRoleOfTheCatalogueHasOnePageAndEveryPageIsThere() throws Exception {
    var named = readers().values().stream().flatMap(Collection::stream).toList();
    assertThat(named).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(roles());
    try (Stream<Path> files = Files.list(ROLES)) {
      assertThat(
              files.map(file -> file.getFileName().toString()).filter(n -> !n.equals("README.md")))
          .containsExactlyInAnyOrderElementsOf(readers().keySet());
    }
    assertThat(Files.readString(ROLES.resolve("README.md"))).contains(PEOPLE);
  }

  @Test
  void eachPageNamesTheGatesThatItsReadersSignAndNoOther() throws Exception {
    Map<String, Catalogued> catalogue = catalogue();
    for (var each : readers().entrySet()) {
      var signed = new TreeSet<String>();
      each.getValue().forEach(role -> signed.addAll(catalogued(catalogue, role).approved()));
      assertThat(gates(ROLES.resolve(each.getKey()), "you say that"))
          .as(each.getKey())
          .isEqualTo(signed);
    }
  }

  @Test
  void eachPageNamesTheGatesForWhichItsReadersBringSomething() throws Exception {
    Map<String, Catalogued> catalogue = catalogue();
    for (var each : readers().entrySet()) {
      var owned = new TreeSet<String>();
      each.getValue().forEach(role -> owned.addAll(catalogued(catalogue, role).owned()));
      // Nobody brings anything for a word, and nobody brings what they judge themselves.
      owned.removeAll(Set.of("go", "ciso-verification"));
      if (each.getValue().contains("governance")) {
        owned.add("ciso-verification");
      }
      assertThat(gates(ROLES.resolve(each.getKey()), "what you bring"))
          .as(each.getKey())
          .isEqualTo(owned);
    }
  }

  @Test
  void everyPageSaysWhatToDoWhenRefusedByCodesThatThereAre() throws Exception {
    Set<String> known = words(Files.readString(Path.of("docs/reference/errors.md")));
    for (String name : readers().keySet()) {
      String text = Files.readString(ROLES.resolve(name));
      var codes =
          Pattern.compile("`((?:gate|promotion|cli)-[a-z-]+)`")
              .matcher(text)
              .results()
              .map(each -> each.group(1))
              .toList();
      if (!name.equals("project-manager.md")) {
        assertThat(text).as(name).contains("## When you are refused");
      }
      assertThat(codes).as(name).isNotEmpty();
      assertThat(known).as(name).containsAll(codes);
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws Exception {
    try (Stream<Path> files = Files.list(ROLES)) {
      for (Path page : files.toList()) {
        for (var link : LINK.matcher(Files.readString(page)).results().toList()) {
          Path to = link.group(1).isEmpty() ? page : ROLES.resolve(link.group(1)).normalize();
          assertThat(to).as("%s: %s", page, link.group()).exists();
          if (link.group(2) != null) {
            assertThat(anchors(to)).as("%s: %s", page, link.group()).contains(link.group(2));
          }
        }
      }
    }
  }

  private static Set<String> anchors(Path page) throws IOException {
    var anchors = new TreeSet<String>();
    for (String line : lines(page)) {
      if (line.startsWith("#")) {
        anchors.add(
            line.replaceFirst("#+ ", "")
                .toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9 -]", "")
                .replace(' ', '-'));
      }
    }
    return anchors;
  }
}
