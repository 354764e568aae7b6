package dev.landfall.app;

import dev.landfall.adapter.folder.FolderEvidence;
import dev.landfall.cli.Exit;
import dev.landfall.cli.GateOperations.Brought;
import dev.landfall.cli.GateOperations.Saying;
import dev.landfall.cli.GateOperations.Signer;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.cli.Operations.Order;
import dev.landfall.engine.Desk;
import dev.landfall.engine.Journal;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.engine.WorkloadJson;
import dev.landfall.gate.Break;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.promotion.Goal;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Person;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gated shop in a data folder: real keys, a real check, real evidence, a real journal. */
final class GatedShop {
  static final String NAME = "shop";

  private final Path data;
  private final Desk desk;
  private final Key ann = new Key();
  private final Key bob = new Key();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");

  GatedShop(Path data, Journal journal) {
    this.data = data;
    this.desk = new Desk(journal, () -> now);
  }

  /** A person's key in memory. */
  static final class Key implements Signer {
    private final KeyPair pair = make();

    private static KeyPair make() {
      try {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String key() {
      return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    }

    @Override
    public Signed sign(Statement statement) {
      try {
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(statement.text().getBytes(StandardCharsets.UTF_8));
        return new Signed(statement, key(), Base64.getEncoder().encodeToString(signature.sign()));
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }
  }

  Gating gates() {
    return new Gating(
        desk,
        new Products(new Secrets(Map.of(), _ -> {}), Pseudonyms.withoutKey()),
        new FolderEvidence(data),
        () -> now,
        name -> new Ended(Exit.REFUSED, "cli-unknown-workload", name, "unknown", "", false));
  }

  Desk desk() {
    return desk;
  }

  /** Everything that can happen to a gate happens: looked at, brought, signed, edited, waived. */
  void live() throws Exception {
    give(NAME, "retail");
    give("warehouse", "logistics");
    Files.writeString(data.resolve("check"), "#!/bin/sh\necho looked\ntest -e " + data + "/ok\n");
    if (!data.resolve("check").toFile().setExecutable(true)) {
      throw new AssertionError("cannot make a program");
    }
    expect(gates().run(by("tom"), "checked"), Exit.BLOCKED);
    Files.writeString(data.resolve("ok"), "");
    expect(gates().run(by("tom"), "checked"), Exit.DONE);
    bring("41 of 41\n", "uat.txt");
    say(Verb.APPROVE, ann, "because");
    give(NAME, "another team");
    bring("42 of 42 <script>alert('&amp;')</script> \u202e\n", "uat <b>2</b> \u202e.txt");
    say(Verb.APPROVE, ann, "it's <i>fine</i> & \"good\"");
    say(Verb.WAIVE, bob, "RISK-77");
    expect(gates().run(by("tom"), "checked"), Exit.DONE);
    give("warehouse", "another team");
  }

  /** Glass is broken, a gate taken away, and the file given by somebody whom it does not name. */
  void standOut() {
    var saying = new Saying(Break.GATE, Verb.BREAK_GLASS, Optional.of(Duration.ofHours(2)));
    expect(gates().sign(new Order(NAME, "root", "INC <12>"), saying, bob), Exit.DONE);
    now = now.plusSeconds(1);
    Workload usual = workload(NAME, "another team");
    GatePlan plan = usual.gates().orElseThrow();
    var fewer = new GatePlan(List.of(GateSamples.TESTED), plan.people(), plan.policy());
    give(usual.behind(Optional.of(fewer)), "rita");
    give(usual, "root");
  }

  private void give(String name, String owner) {
    give(workload(name, owner), "rita");
  }

  private void give(Workload workload, String by) {
    desk.reach(workload, WorkloadJson.planHash(workload), Goal.STAGED, by, "given");
    now = now.plusSeconds(1);
  }

  void bring(String content, String name) {
    byte[] report = content.getBytes(StandardCharsets.UTF_8);
    var brought = new Brought(Evidence.Kind.FILE, name, report);
    var link =
        new Brought(
            Evidence.Kind.LINK,
            "https://example.com/" + name,
            ("https://example.com/" + name).getBytes(StandardCharsets.UTF_8));
    expect(gates().attach(by("tom"), "tested", true, List.of(brought, link)), Exit.DONE);
    now = now.plusSeconds(1);
  }

  private void say(Verb verb, Key signer, String why) {
    var saying = new Saying("tested", verb, Optional.of(Duration.ofDays(2)));
    expect(gates().sign(new Order(NAME, "root", why), saying, signer), Exit.DONE);
    now = now.plusSeconds(1);
  }

  private Workload workload(String name, String owner) {
    Gate usual = GateSamples.CHECKED;
    var program = Map.of("program", data.resolve("check").toString());
    var checked =
        new Gate(
            usual.id(),
            usual.title(),
            usual.requirements(),
            usual.owner(),
            usual.approvers(),
            usual.quorum(),
            usual.needs(),
            usual.binds(),
            usual.validity(),
            usual.about(),
            usual.kind(),
            Optional.of(new GateCheck("command", Duration.ofSeconds(20), program)));
    var people =
        List.of(
            new Person("ann", List.of("business-owner"), Optional.of(ann.key())),
            new Person("bob", List.of("administrator", "governance"), Optional.of(bob.key())),
            new Person("tom", List.of("tester"), Optional.empty()),
            new Person("rita", List.of("project-manager"), Optional.empty()));
    var plan = new GatePlan(List.of(GateSamples.TESTED, checked), people, GatePlan.Policy.STANDARD);
    Workload shop = Samples.SHOP;
    return new Workload(name, owner, shop.model(), shop.assets(), shop.routes(), shop.limits())
        .behind(Optional.of(plan));
  }

  private static Order by(String name) {
    return new Order(NAME, name, "");
  }

  private static void expect(Ended ended, Exit exit) {
    if (ended.exit() != exit) {
      throw new AssertionError(ended.toString());
    }
  }
}
