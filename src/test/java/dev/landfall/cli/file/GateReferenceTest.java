package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.cli.file.GateCatalogue.Item;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Model;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The catalogue is complete, and docs/reference/gates.md is made of it. After a change of the data:
 * {@code mvn test -Dtest=GateReferenceTest -Dlandfall.golden=write}, and read the difference.
 */
class GateReferenceTest {
  private static final Path REFERENCE = Path.of("docs/reference/gates.md");
  private static final String BEGIN = "<!-- the catalogue: begin -->\n";
  private static final String END = "<!-- the catalogue: end -->";
  private static final Map<String, String> GROUPS =
      Map.of(
          "process", "The seven processes",
          "practice", "The seven practices",
          "readiness", "The nine tests of readiness",
          "sign-off", "Sign-offs");

  private static final GateCatalogue CATALOGUE = GateCatalogue.standard();

  private static List<Item> group(String name) {
    return CATALOGUE.items().values().stream().filter(each -> each.group().equals(name)).toList();
  }

  @Test
  void thereAreSevenProcessesSevenPracticesAndNineTestsOfReadiness() {
    assertThat(group("process")).hasSize(7).allMatch(i -> i.gate().requirements().contains("R28"));
    assertThat(group("process")).allMatch(i -> i.gate().needs().equals(Set.of(Flag.values())));
    assertThat(group("practice")).hasSize(7);
    assertThat(group("readiness")).hasSize(9);
    var covered = new TreeSet<String>();
    CATALOGUE.items().values().forEach(item -> covered.addAll(item.gate().requirements()));
    for (int rule = 41; rule <= 47; rule++) {
      assertThat(covered).contains("R" + rule);
    }
    for (int rule = 70; rule <= 79; rule++) {
      assertThat(covered).contains("R" + rule);
    }
  }

  @Test
  void everyGateHoldsSomethingBackAndNamesRolesThatThereAre() {
    CATALOGUE
        .items()
        .forEach((id, item) -> {
          Gate gate = item.gate();
          assertThat(gate.binds()).as(id).contains(Step.PROMOTE);
          assertThat(gate.requirements()).as(id).isNotEmpty().allMatch(r -> r.matches("R\\d+"));
          assertThat(CATALOGUE.roles().keySet()).contains(gate.owner());
          assertThat(CATALOGUE.roles().keySet()).containsAll(gate.approvers());
        });
    for (Model model : Model.values()) {
      assertThat(CATALOGUE.items().values().stream().filter(i -> i.in(model).isPresent()))
          .hasSizeGreaterThan(22);
    }
  }

  @Test
  void theSecurityOfficerAloneVerifies() {
    Gate gate = gate("ciso-verification");
    assertThat(gate.owner()).isEqualTo(GatePlan.CISO);
    assertThat(gate.approvers()).containsExactly(GatePlan.CISO);
  }

  private static Gate gate(String id) {
    return CATALOGUE.items().entrySet().stream()
        .filter(each -> each.getKey().equals(id))
        .map(each -> each.getValue().gate())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theReferenceIsMadeOfTheCatalogue() throws Exception {
    String text = Files.readString(REFERENCE);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(begin).isGreaterThan(BEGIN.length());
    if ("write".equals(System.getProperty("landfall.golden"))) {
      Files.writeString(REFERENCE, text.substring(0, begin) + written() + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end)).isEqualTo(written());
  }

  private static String written() {
    var text = new StringBuilder();
    for (String group : List.of("process", "practice", "readiness", "sign-off")) {
      text.append("\n### ").append(GROUPS.get(group)).append("\n\n");
      text.append(
          "| gate | what must be so | from | owner | validated by | needs | holds back | counts for"
              + " | stale with |\n");
      text.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
      group(group).forEach(item -> text.append(row(item)));
    }
    text.append("\n### Roles\n\n| role | who that is |\n| --- | --- |\n");
    CATALOGUE
        .roles()
        .forEach((name, what) ->
            text.append("| `").append(name).append("` | ").append(what).append(" |\n"));
    return text.append("\n").toString();
  }

  private static String row(Item item) {
    Gate gate = item.gate();
    String needs =
        Stream.of(Flag.values())
            .filter(gate.needs()::contains)
            .map(Flag::word)
            .collect(Collectors.joining(", "));
    return "| `%s` | %s (%s) | %s | %s | %s | %s | %s | %dd | %s |\n"
        .formatted(
            gate.id(),
            gate.title(),
            gate.kind().word(),
            String.join(", ", gate.requirements()),
            gate.owner(),
            String.join(", ", gate.approvers()),
            needs,
            holds(item),
            gate.validity().toDays(),
            gate.about().word().toLowerCase(Locale.ROOT));
  }

  private static String holds(Item item) {
    String flights =
        item.binds().getOrDefault(Model.FLIGHT, Set.of()).contains(Step.FLIGHT)
            ? ", each flight"
            : "";
    List<String> models =
        Stream.of(Model.values())
            .filter(model -> item.in(model).isPresent())
            .map(Model::word)
            .toList();
    String only =
        models.size() == Model.values().length ? "" : " (" + String.join(", ", models) + ")";
    return "promote" + only + flights;
  }

  private static GatePlan gates(String model, String gates) {
    String file =
        """
        landfall: 1
        workload: shop
        owner: retail-apps
        model: %s
        assets:
          web: { kind: http, source: { url: "http://a:1" }, target: { url: "http://b:1" } }
        gates:
          people: { ann: { roles: [business-owner] } }
        %s
        """
            .formatted(model, gates);
    return WorkloadFileTest.right(WorkloadFile.parse("x", file.getBytes(StandardCharsets.UTF_8)))
        .gates()
        .orElseThrow();
  }

  @Test
  void theFullCatalogueHoldsUnlessAFileChooses() {
    assertThat(gates("staged", "").gates()).hasSize(24);
    assertThat(gates("single-step", "").gates()).as("with one team on both sides").hasSize(25);
    assertThat(gates("staged", "  catalogue: chosen\n  each: { assess: {} }").gates())
        .extracting(Gate::id)
        .containsExactly("assess");
  }

  @Test
  void aFileChangesWhatItSaysAndNothingElse() {
    GatePlan plan = gates("staged", "  each: { cost: { validity: 2d, quorum: 2 } }");
    Gate cost = plan.gate("cost").orElseThrow();
    assertThat(cost.validity()).hasDays(2);
    assertThat(cost.quorum()).isEqualTo(2);
    assertThat(cost.title()).isEqualTo(gate("cost").title());
    assertThat(cost.approvers()).isEqualTo(gate("cost").approvers());
    assertThat(plan.policy()).isEqualTo(GatePlan.Policy.STANDARD);
  }

  @Test
  void aWorkloadThatSaysNothingOfGatesHasNone() {
    String file =
        """
        landfall: 1
        workload: shop
        owner: retail-apps
        model: staged
        assets:
          web: { kind: http, source: { url: "http://a:1" }, target: { url: "http://b:1" } }
        """;
    assertThat(
            WorkloadFileTest.right(WorkloadFile.parse("x", file.getBytes(StandardCharsets.UTF_8)))
                .gates())
        .isEmpty();
  }
}
