package dev.landfall.demo;

import dev.landfall.demo.LandfallCommand.Ended;
import dev.landfall.demo.SideBySide.Act;
import dev.landfall.demo.Tale.UnexpectedException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The people of the demo whom gates need, played by a script; each signs with a key of their own.
 */
final class GateStaff {
  static final String TESTER = "tom";
  private static final String REQUESTER = "rita";
  private static final String EXECUTOR = "mike";

  /** Who signs, and as what. */
  private static final Map<String, String> SIGNERS =
      new TreeMap<>(
          Map.of(
              "ann", "business-owner",
              "eve", "ciso",
              "gus", "governance",
              "olga", "operations, technical-owner, application-owner, it-operations",
              "pia", "power-user",
              "sam", "strategy"));

  private final Tale tale;

  GateStaff(Tale tale) {
    this.tale = tale;
  }

  /** Who they are, as in a workload file; each makes a key for that. */
  String yaml() throws UnexpectedException, SQLException, InterruptedException {
    var keys = new ConcurrentHashMap<String, String>();
    SideBySide.all(
        SIGNERS.keySet().stream().<Act>map(name -> () -> keys.put(name, newKey(name))).toList());
    var lines = new StringBuilder();
    SIGNERS.forEach((name, roles) ->
        lines.append("%s: { roles: [%s], key: %s }\n".formatted(name, roles, keys.get(name))));
    return lines
        .append("%s: { roles: [tester] }\n".formatted(TESTER))
        .append("%s: { roles: [migration-engineer] }\n".formatted(EXECUTOR))
        .append("%s: { roles: [project-manager] }\n".formatted(REQUESTER))
        .toString();
  }

  private String newKey(String name) throws UnexpectedException, InterruptedException {
    Ended made = tale.landfall().run("key", "create", key(name), "--json");
    tale.require(made);
    return made.json().path("key").asText();
  }

  private String key(String name) {
    return Path.of(tale.file()).resolveSibling(name + ".key").toString();
  }

  /** Gives the file, and has the data copied. */
  Ended stage() throws InterruptedException {
    return tale.landfall().runAs(REQUESTER, "promote", tale.file(), "--until", "staged");
  }

  /** Orders users to move. */
  Ended promote(String... more) throws InterruptedException {
    var words = new ArrayList<>(List.of("promote", tale.file()));
    words.addAll(List.of(more));
    return tale.landfall().runAs(EXECUTOR, words.toArray(String[]::new));
  }

  /** Has a machine look, whatever it finds. */
  Ended check(String gate) throws InterruptedException {
    return tale.landfall().runAs(TESTER, "gate", "run", Demo.WORKLOAD, gate);
  }

  void passes(String gate) throws UnexpectedException, InterruptedException {
    tale.require(check(gate));
  }

  /** Brings what shows that it was done. */
  void attach(String gate, String kind, String what)
      throws UnexpectedException, InterruptedException {
    tale.require(
        tale.landfall()
            .runAs(TESTER, "gate", "attach", Demo.WORKLOAD, gate, "--executed", kind, what));
  }

  /** Somebody signs something about a gate. */
  void sign(String verb, String gate, String who, String... more)
      throws UnexpectedException, InterruptedException {
    var words = new ArrayList<>(List.of(verb, Demo.WORKLOAD, gate, "--key", key(who)));
    words.addAll(List.of(more));
    tale.require(tale.landfall().run(words.toArray(String[]::new)));
  }
}
