package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everybody does what the page of their role says: the full catalogue, from the file to the move,
 * and back. Nothing is done that no page says, but to make the files that people bring.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@Tag("long")
class RoleGuidesIT {
  private static final Path ROLES = Path.of("docs/guide/roles");
  private static final Path GATES = Path.of("docs/guide/gates.md");

  /** Page and heading, in the order of a promotion. */
  private static final List<List<String>> ORDER =
      List.of(
          List.of("project-manager", "Give the file"),
          List.of("project-manager", "Each morning"),
          List.of("platform", "What you do"),
          List.of("architect", "What you do"),
          List.of("migration-engineer", "Before the day"),
          List.of("tester", "What you do"),
          List.of("change-manager", "What you do"),
          List.of("strategy", "What one of you brings"),
          List.of("operations", "What one of you runs and brings"),
          List.of("governance", "What one of you brings"),
          List.of("technical-owner", "What you see"),
          List.of("technical-owner", "What you sign"),
          List.of("strategy", "What another one signs"),
          List.of("application-owner", "What you see"),
          List.of("application-owner", "What you sign"),
          List.of("operations", "What others sign"),
          List.of("tester", "What you sign"),
          List.of("governance", "What another one signs"),
          List.of("ciso", "What you need before"),
          List.of("ciso", "What you sign"),
          List.of("business-owner", "What you see"),
          List.of("business-owner", "What you sign"),
          List.of("administrator", "What you may not do"),
          List.of("business-owner", "Go"),
          List.of("governance", "When it cannot wait"),
          List.of("migration-engineer", "On the day"),
          List.of("ciso", "When somebody broke the glass"),
          List.of("project-manager", "After the move"),
          List.of("operations", "After the move"),
          List.of("migration-engineer", "If it goes wrong"),
          List.of("governance", "For the files"),
          List.of("administrator", "What you do"));

  private static final Map<String, String> SIGNERS =
      Map.of(
          "ann", "business-owner",
          "eve", "ciso",
          "gina", "governance",
          "stella", "strategy",
          "theo", "technical-owner",
          "amir", "application-owner",
          "olga", "operations",
          "ivan", "it-operations",
          "pia", "power-user");

  private static final Map<String, String> OTHERS =
      Map.of(
          "rita", "project-manager",
          "mike", "adoption, migration-engineer",
          "tom", "tester",
          "paula", "power-user",
          "carla", "change-manager",
          "arno", "architect",
          "sid", "strategy",
          "otto", "operations",
          "gus", "governance",
          "petra", "platform");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final Map<String, String> keys = new HashMap<>();

  private static Path page(String name) {
    return ROLES.resolve(name + ".md");
  }

  private void makeKeys(Guide guide) throws Exception {
    String made = Guide.blocks(page("README"), "Before you sign anything").getFirst();
    var names = new ArrayList<>(SIGNERS.keySet());
    names.add("adam");
    for (String name : names) {
      String said = guide.run("a key for " + name, made.replace("ann.key", name + ".key"));
      var key = Pattern.compile("(?m)^key: (\\S+)$").matcher(said);
      assertThat(key.find()).as(said).isTrue();
      keys.put(name, key.group(1));
    }
  }

  private String people() {
    var text = new StringBuilder();
    SIGNERS.forEach((name, role) ->
        text.append("    %s: { roles: [%s], key: %s }\n".formatted(name, role, keys.get(name))));
    OTHERS.forEach(
        (name, roles) -> text.append("    %s: { roles: [%s] }\n".formatted(name, roles)));
    return text.toString();
  }

  private String looks(String gate) throws Exception {
    return "    %s: { check: { kind: command, program: [%s] } }\n"
        .formatted(gate, program("looks", "#!/bin/sh\necho looked\n"));
  }

  private String yaml(Server source, Server target, String totals) throws Exception {
    var checks = new StringBuilder();
    for (String gate :
        List.of("domain-alignment", "user-routing", "performance", "recovery", "isolation")) {
      checks.append(looks(gate));
    }
    return """
    landfall: 1
    workload: shop
    owner: retail-apps
    model: single-step
    %slimits: { soak: 1s, retry-pause: 100ms }
    gates:
      catalogue: full
      people:
    %s  each:
    %s    identity-alignment: { check: { kind: identity, databases: [db], users: [notes] } }
        data-classification: { check: { kind: classification, class: internal, tls: optional } }
        dependencies: { check: { kind: dependency } }
        order-totals:
          title: The totals of last month are the same on both sides
          owner: business-owner
          check:
            kind: command
            program: [%s, last-month]
            timeout: 2m
    """
        .formatted(World.data(source, target, "guided"), people(), checks, totals);
  }

  private String program(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }

  /** The program of the guide to gates, which asks these two databases in place of its own. */
  private String totals(String name, Server source, Server target, String targetDatabase)
      throws Exception {
    String asks = "-h 127.0.0.1 -p %d -U postgres -d %s";
    String text =
        Guide.blocks(GATES).stream()
            .filter(block -> block.startsWith("#!/bin/sh\n# order-totals"))
            .findFirst()
            .orElseThrow();
    return program(
        name,
        text.replace("-h 10.1.0.4 -U checker -d shop", asks.formatted(source.port(), "guided"))
            .replace(
                "-h 20.0.0.4 -U checker -d shop", asks.formatted(target.port(), targetDatabase))
            .replace("set -eu\n", "set -eu\nPATH=/usr/lib/postgresql/15/bin:$PATH\n"));
  }

  private void bring() throws Exception {
    Files.createDirectories(folder.resolve("records"));
    for (String name : List.of("business-testing.yaml", "change-plan.yaml")) {
      CurrentRecords.write(folder.resolve("records"), name);
    }
    for (String name :
        List.of(
            "replicate",
            "stage",
            "load",
            "cutover",
            "teams",
            "risks",
            "assessment",
            "architecture",
            "routes",
            "recovery")) {
      Files.writeString(folder.resolve(name + ".txt"), "what there is to say of " + name + "\n");
    }
  }

  private static void fill(Server server, String database, int total) throws Exception {
    server.execute(
        database,
        "SET ROLE notes",
        "CREATE TABLE orders (id int PRIMARY KEY, total int)",
        "INSERT INTO orders VALUES (1, " + total + ")");
  }

  @Test
  void whatEachPageSaysTakesAWorkloadThroughAllGatesThereAndBack() throws Exception {
    nothingElseIsSaid();
    Server source = Server.shared(16);
    Server target = Server.shared(18);
    for (Server server : List.of(source, target)) {
      server.create("guided");
    }
    target.create("guided_other");
    fill(source, "guided", 17);
    fill(target, "guided_other", 18);
    var guide =
        new Guide(folder, Map.of("DB_PASSWORD", Server.PASSWORD, "LANDFALL_USER", "somebody"));
    try {
      makeKeys(guide);
      bring();
      Files.writeString(
          folder.resolve("shop.yaml"),
          yaml(source, target, totals("order-totals", source, target, "guided")));
      for (List<String> each : ORDER) {
        if (each.equals(List.of("administrator", "What you may not do"))) {
          guide.run(
              "the check of one's own", "LANDFALL_USER=otto landfall gate run shop order-totals\n");
        }
        guide.follow(page(each.getFirst()), each.getLast());
      }
      String history = guide.run("in the end", "landfall history shop\n");
      assertThat(history)
          .containsSubsequence(
              "PromotionWithheld",
              "decline performance-approved by pia",
              "waive severed-routes by gina",
              "break-glass",
              "OwnerMoved",
              "review",
              "OwnerMoved");
      String other = totals("other-totals", source, target, "guided_other");
      assertThat(guide.run("the totals differ", other + " last-month check # ends with 1\n"))
          .contains("the totals of last-month differ");
    } finally {
      for (Server server : List.of(source, target)) {
        server.dropSubscriptions("guided");
      }
      source.dropSlots("guided");
      target.dropSlots("guided");
    }
  }

  /** No page has a command that is not done below. */
  private static void nothingElseIsSaid() throws Exception {
    var done = new ArrayList<String>();
    for (List<String> each : ORDER) {
      done.addAll(Guide.blocks(page(each.getFirst()), each.getLast()));
    }
    try (var pages = Files.list(ROLES)) {
      for (Path each : pages.filter(page -> !page.endsWith("README.md")).sorted().toList()) {
        assertThat(done).as(each.toString()).containsAll(Guide.blocks(each));
      }
    }
  }
}
