package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** People who take part in a promotion, played by a script: each has a name, roles and a key. */
final class Staff {
  /** Who may sign, by name. */
  private static final Map<String, String> APPROVERS =
      new TreeMap<>(
          Map.of(
              "ann", "business-owner",
              "eve", "ciso",
              "gus", "governance",
              "olga", "operations, technical-owner, it-operations",
              "pia", "power-user",
              "sam", "strategy"));

  private final Landfall landfall;
  private final Path folder;

  private final Path classes;

  private Staff(Landfall landfall, Path folder) {
    this.landfall = landfall;
    this.folder = folder;
    this.classes = folder.resolve("landfall.aot");
  }

  static Staff of(Landfall landfall, Path folder) {
    return new Staff(landfall, folder);
  }

  /**
   * Begins, as who gives the file. What that loads is kept for the many verbs that follow, each a
   * process of its own: they start in half the time.
   */
  Landfall.Ended begin(World world) throws Exception {
    return landfall
        .through("env", "LANDFALL_USER=rita", options("-XX:AOTCacheOutput="))
        .run(world.promote("--until", "staged"));
  }

  /** Not a word of the JVM's among what a verb says. */
  private String options(String cache) {
    return "JDK_JAVA_OPTIONS=" + cache + classes + " -Xlog:disable -Xlog:all=error:stderr";
  }

  /** Who they are, as in a workload file; each makes a key for that. */
  String yaml() throws Exception {
    var lines = new StringBuilder();
    for (var each : APPROVERS.entrySet()) {
      var made = landfall.run("key", "create", key(each.getKey()), "--json");
      assertThat(made.code()).as(made.toString()).isZero();
      lines.append(
          "%s: { roles: [%s], key: %s }\n"
              .formatted(each.getKey(), each.getValue(), made.json().path("key").asText()));
    }
    lines.append("tom: { roles: [tester] }\n");
    lines.append("mike: { roles: [migration-engineer] }\n");
    lines.append("rita: { roles: [project-manager] }\n");
    return lines.toString();
  }

  private String key(String name) {
    return folder.resolve(name + ".key").toString();
  }

  private static void done(Landfall.Ended ended) {
    assertThat(ended.code()).as(ended.toString()).isZero();
  }

  /** Orders the move, as who executes it. */
  Landfall.Ended promote(World world, String... more) throws Exception {
    return as("mike").run(world.promote(more));
  }

  Landfall as(String name) {
    return landfall.through("env", "LANDFALL_USER=" + name, options("-XX:AOTCache="));
  }

  /** As nobody in particular: who reads, or is known by a key. */
  Landfall anybody() {
    return as("nobody");
  }

  /** Runs a check, whatever comes of it. */
  Landfall.Ended check(String gate) throws Exception {
    return as("tom").run("gate", "run", World.WORKLOAD, gate, "--json");
  }

  void passes(String gate) throws Exception {
    done(check(gate));
  }

  void fails(String gate) throws Exception {
    var ended = check(gate);
    assertThat(ended.code()).as(ended.toString()).isEqualTo(2);
    assertThat(ended.problem()).isEqualTo("gate-check-failed");
  }

  /** Brings evidence that it was done. */
  void attach(String gate, String kind, String what) throws Exception {
    done(attaching(gate, kind, what));
  }

  Landfall.Ended attaching(String gate, String kind, String what) throws Exception {
    return as("tom")
        .run("gate", "attach", World.WORKLOAD, gate, "--executed", kind, what, "--json");
  }

  void approve(String gate, String who, String... more) throws Exception {
    done(say("approve", gate, who, more));
  }

  void decline(String gate, String who, String why) throws Exception {
    done(say("decline", gate, who, "--reason", why));
  }

  void withdraw(String gate, String who) throws Exception {
    done(say("withdraw", gate, who));
  }

  Landfall.Ended say(String verb, String gate, String who, String... more) throws Exception {
    var words = new ArrayList<>(List.of(verb, World.WORKLOAD, gate, "--key", key(who), "--json"));
    words.addAll(List.of(more));
    return anybody().run(words.toArray(String[]::new));
  }

  /** The same by somebody whose key is on no machine that has the journal. */
  void approveFromAfar(String gate, String who) throws Exception {
    var text = anybody().run("statement", World.WORKLOAD, gate, "--verb", "approve", "--by", who);
    done(text);
    Path statement = folder.resolve("statement");
    Files.writeString(statement, text.out());
    var signature = anybody().run("sign", statement.toString(), "--key", key(who));
    done(signature);
    done(
        anybody()
            .run("submit", statement.toString(), "--signature", signature.out().strip(), "--json"));
  }
}
