package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.folder.FolderEvidence;
import dev.landfall.adapter.memory.MemoryJournal;
import dev.landfall.cli.Exit;
import dev.landfall.cli.GateOperations.Brought;
import dev.landfall.cli.GateOperations.Report;
import dev.landfall.cli.GateOperations.Saying;
import dev.landfall.cli.GateOperations.Signer;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.cli.Operations.Order;
import dev.landfall.engine.Adapters;
import dev.landfall.engine.Desk;
import dev.landfall.engine.EventCodec;
import dev.landfall.engine.GateAudit;
import dev.landfall.engine.History;
import dev.landfall.engine.Journal.Draft;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.engine.Probe;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.engine.WorkloadJson;
import dev.landfall.gate.Break;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Goal;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GateCheck;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Person;
import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates from the desk to the store, with real keys, real programs and real files. */
class GatingTest {
  private static final Key ANN = new Key();
  private static final Key BOB = new Key();
  @TempDir private Path data;
  private final MemoryJournal journal = new MemoryJournal();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final InstantSource clock = () -> now;
  private final Desk desk = new Desk(journal, clock);

  /** A person's key in memory. */
  private static final class Key implements Signer {
    private final KeyPair pair = make();

    private static KeyPair make() {
      try {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      } catch (java.security.GeneralSecurityException e) {
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
      } catch (java.security.GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Gating gates() {
    return new Gating(
        desk,
        new Products(new Secrets(Map.of(), _ -> {}), Pseudonyms.withoutKey()),
        new FolderEvidence(data),
        clock,
        name -> new Ended(Exit.REFUSED, "cli-unknown-workload", name, "unknown", "", false));
  }

  private Workload shop(String owner) {
    Gate usual = GateSamples.CHECKED;
    var program = Map.of("program", data.resolve("check").toString());
    var check = new GateCheck("command", Duration.ofSeconds(20), program);
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
            Optional.of(check));
    var people =
        List.of(
            new Person("ann", List.of("business-owner"), Optional.of(ANN.key())),
            new Person("bob", List.of("governance", "ciso"), Optional.of(BOB.key())),
            new Person("tom", List.of("tester"), Optional.empty(), List.of("rita")));
    var plan = new GatePlan(List.of(GateSamples.TESTED, checked), people, GatePlan.Policy.STANDARD);
    Workload shop = Samples.SHOP;
    return new Workload(
            shop.name(), owner, shop.model(), shop.assets(), shop.routes(), shop.limits())
        .behind(Optional.of(plan));
  }

  private void give(Workload workload) {
    var answer = desk.reach(workload, WorkloadJson.planHash(workload), Goal.STAGED, "rita", "");
    assertThat(answer.changed()).isTrue();
  }

  @BeforeEach
  void begin() throws Exception {
    give(shop("retail"));
    Files.writeString(data.resolve("check"), "#!/bin/sh\necho looked\ntest -e " + data + "/ok\n");
    assertThat(data.resolve("check").toFile().setExecutable(true)).isTrue();
  }

  private static Order by(String name) {
    return new Order("shop", name, "");
  }

  private Ended test() {
    byte[] report = "41 of 41".getBytes(StandardCharsets.UTF_8);
    var brought = new Brought(Evidence.Kind.FILE, "uat.txt", report);
    return gates().attach(by("tom"), "tested", true, List.of(brought));
  }

  private Ended say(Verb verb, Signer signer) {
    now = now.plusSeconds(1);
    return gates()
        .sign(
            new Order("shop", "root", "because"),
            new Saying("tested", verb, Optional.of(Duration.ofDays(2))),
            signer);
  }

  private Report report() {
    return gates().report("shop").orElseThrow();
  }

  private Optional<String> audited() {
    return GateAudit.fault(journal.read("shop", 0), new FolderEvidence(data));
  }

  @Test
  void fromNothingToReadyAndEveryStepSaysWhatIsLeftAndWhoCan() throws Exception {
    assertThat(report().percent()).isZero();
    assertThat(report().gates().getFirst().todo())
        .extracting(each -> each.what() + " " + each.who())
        .containsExactly(
            "landfall gate attach shop tested --executed --file FILE [ann, bob, tom]",
            "landfall approve shop tested --key FILE [ann]");
    assertThat(gates().run(by("tom"), "checked").exit()).isEqualTo(Exit.BLOCKED);
    assertThat(report().gates().get(1).state()).isEqualTo("failed");
    Files.writeString(data.resolve("ok"), "");
    assertThat(gates().run(by("tom"), "checked").exit()).isEqualTo(Exit.DONE);
    assertThat(report().percent()).isEqualTo(50);
    assertThat(test().exit()).isEqualTo(Exit.DONE);
    assertThat(say(Verb.APPROVE, ANN).exit()).isEqualTo(Exit.DONE);
    assertThat(report().ready()).isTrue();
    assertThat(audited()).isEmpty();
    Entry last = journal.read("shop", 0).getLast();
    assertThat(last.draft().by()).as("whose key it is, not who is signed in").isEqualTo("ann");
  }

  @Test
  void aCheckThatBreaksOffHasFailedAndWhatPassedBeforeDoesNotStand() throws Exception {
    Files.writeString(data.resolve("ok"), "");
    assertThat(gates().run(by("tom"), "checked").exit()).isEqualTo(Exit.DONE);
    assertThat(report().gates().get(1).state()).isEqualTo("passed");
    var breaking =
        new Adapters() {
          @Override
          public Replicator replicator(String workload, Asset.Data asset, Limits limits) {
            throw new IllegalStateException("is no part of a check");
          }

          @Override
          public Router router(Route route) {
            throw new IllegalStateException("is no part of a check");
          }

          @Override
          public Optional<Probe> probe(Workload workload, String planHash, Gate gate) {
            return Optional.of(() -> {
              throw new IllegalStateException("a row");
            });
          }
        };
    var gating =
        new Gating(
            desk,
            breaking,
            new FolderEvidence(data),
            clock,
            name -> new Ended(Exit.REFUSED, "cli-unknown-workload", name, "unknown", "", false));
    Ended ended = gating.run(by("tom"), "checked");
    assertThat(ended.code()).isEqualTo("gate-check-failed");
    assertThat(ended.message()).contains("the check broke off").doesNotContain("a row");
    assertThat(report().gates().get(1).state()).isEqualTo("failed");
  }

  @Test
  void whatACheckSawIsKeptAndIsNotInTheJournal() {
    gates().run(by("tom"), "checked");
    String hash = report().gates().get(1).evidence().getFirst().sha256();
    assertThat(new FolderEvidence(data).read(hash))
        .hasValueSatisfying(raw -> assertThat(raw).asString().isEqualTo("looked\n"));
    assertThat(journal.read("shop", 0)).noneMatch(e -> e.draft().payload().contains("looked"));
  }

  @Test
  void whatIsSignedElsewhereCountsAsIfItHadBeenSignedHere() {
    test();
    var asked = new Order("shop", "ann", "");
    var saying = new Saying("tested", Verb.APPROVE, Optional.empty());
    Statement statement = gates().draft(asked, saying).orElseThrow();
    assertThat(statement.role()).isEqualTo("business-owner");
    assertThat(Statement.parse(statement.text())).contains(statement);
    String signature = ANN.sign(statement).signature();
    now = now.plus(Duration.ofHours(5));
    assertThat(gates().submit(by("tom"), statement, BOB.sign(statement).signature()).code())
        .as("the key of another person")
        .isEqualTo("gate-statement");
    assertThat(gates().submit(by("tom"), statement, signature).exit()).isEqualTo(Exit.DONE);
    assertThat(report().gates().getFirst().state()).isEqualTo("passed");
  }

  @Test
  void aStatementIsReadBackOnlyAsItWasPrinted() {
    test();
    var saying = new Saying("tested", Verb.APPROVE, Optional.of(Duration.ofHours(9)));
    Statement statement = gates().draft(new Order("shop", "ann", "so"), saying).orElseThrow();
    String text = statement.text();
    for (String other :
        List.of(
            text + "\n",
            text.strip(),
            text.replace("\n", "\r\n"),
            text.replace("by: ", "By: "),
            text.replace("12:00:00Z", "12:00:00.000Z"),
            text.replace("approve", "improve"),
            "")) {
      assertThat(Statement.parse(other)).isEmpty();
    }
    assertThat(Statement.parse(text.replace("by: ann", "by: bob")))
        .as("another statement, which another signature belongs to")
        .isPresent();
  }

  @Test
  void whoHasTheSecurityOfficersRoleBesidesAnotherBreaksTheGlassInThatOne() {
    var saying = new Saying(Break.GATE, Verb.BREAK_GLASS, Optional.empty());
    assertThat(gates().sign(new Order("shop", "root", "INC-12"), saying, BOB).exit())
        .isEqualTo(Exit.DONE);
    assertThat(report().glass()).first().asString().startsWith("bob (ciso) broke the glass");
  }

  @Test
  void anEditedFileVoidsWhatWasSigned() {
    test();
    say(Verb.APPROVE, ANN);
    give(shop("another team"));
    assertThat(report().gates().getFirst().state()).isEqualTo("stale");
    give(shop("retail"));
    assertThat(report().gates().getFirst().why()).contains("approved by ann, but the plan was");
  }

  @Test
  void whomAnEditedFileNamesMayOrderWhatItSays() {
    Workload shop = shop("retail");
    GatePlan plan = shop.gates().orElseThrow();
    var people = new ArrayList<Person>(plan.people());
    people.add(new Person("mike", List.of("migration-engineer"), Optional.empty()));
    Workload edited = shop.behind(Optional.of(new GatePlan(plan.gates(), people, plan.policy())));
    String hash = WorkloadJson.planHash(edited);
    var answer = desk.reach(edited, hash, Goal.PROMOTED, "mike", "");
    assertThat(answer.promotion().gates().executors()).containsExactly("mike");
    assertThatThrownBy(() -> desk.reach(shop, WorkloadJson.planHash(shop), Goal.PROMOTED, "x", ""))
        .hasMessageContaining("does not name x");
    assertThat(desk.find("shop").orElseThrow().planHash()).as("left as it was").isEqualTo(hash);
  }

  @Test
  void oneOrderDoesNotTakeGatesAwayAndMoveUsersToo() {
    Workload less = shop("retail").behind(Optional.empty());
    String hash = WorkloadJson.planHash(less);
    assertThatThrownBy(() -> desk.reach(less, hash, Goal.PROMOTED, "x", ""))
        .hasMessageContaining("does not name x");
    assertThat(desk.find("shop").orElseThrow().workload().gates()).isPresent();
    assertThat(desk.reach(less, hash, Goal.PROMOTED, "bob", "").promotion().goal())
        .isEqualTo(Goal.STAGED);
    assertThat(desk.reach(less, hash, Goal.PROMOTED, "bob", "").promotion().goal())
        .isEqualTo(Goal.PROMOTED);
    assertThat(StatusView.of(desk.find("shop").orElseThrow(), Optional.empty(), now).notes())
        .anyMatch(note -> note.contains("gates were loosened: bob gave a file that demands less"));
  }

  @Test
  void aSignatureThatIsNotOfTheKeyIsRefusedBeforeAnythingIsDecided() {
    test();
    Signer forger =
        new Signer() {
          @Override
          public String key() {
            return ANN.key();
          }

          @Override
          public Signed sign(Statement statement) {
            return new Signed(statement, ANN.key(), BOB.sign(statement).signature());
          }
        };
    Ended ended = say(Verb.APPROVE, forger);
    assertThat(ended.exit()).isEqualTo(Exit.REFUSED);
    assertThat(ended.code()).isEqualTo("gate-statement");
    assertThat(report().gates().getFirst().state()).isEqualTo("open");
    assertThat(say(Verb.APPROVE, new Key()).code()).isEqualTo("gate-not-entitled");
  }

  /** Whoever can rewrite the whole journal can chain it anew, but cannot sign for Ann. */
  @Test
  void anySignedStatementThatWasChangedIsFoundByTheAudit() {
    test();
    say(Verb.APPROVE, ANN);
    List<Entry> history = journal.read("shop", 0);
    assertThat(audited()).isEmpty();
    for (String[] change :
        new String[][] {
          {"\"verb\":\"APPROVE\"", "\"verb\":\"WAIVE\""},
          {"\"gate\":\"tested\"", "\"gate\":\"checked\""},
          {"\"by\":\"ann\"", "\"by\":\"bob\""},
          {"\"reason\":\"because\"", "\"reason\":\"be cause\""},
          {"2026-03-03T", "2027-03-03T"}
        }) {
      var edited = new ArrayList<Entry>(history);
      Entry last = history.getLast();
      Draft draft = last.draft();
      String payload = draft.payload().replace(change[0], change[1]);
      assertThat(payload).isNotEqualTo(draft.payload());
      edited.set(
          edited.size() - 1,
          new Entry(
              last.sequence(),
              last.workload(),
              last.version(),
              new Draft(draft.type(), payload, draft.at(), draft.by(), draft.why()),
              last.previousHash(),
              last.hash()));
      assertThat(GateAudit.fault(edited, new FolderEvidence(data)))
          .as(change[1])
          .hasValueSatisfying(fault -> assertThat(fault).contains("did not"));
    }
  }

  /** Bob has a key of the file, and the data folder: what he signs himself verifies. */
  @Test
  void whatIsTrulySignedAndCouldNotBeTakenIsFoundByTheAudit() {
    test();
    say(Verb.APPROVE, ANN);
    List<Entry> history = journal.read("shop", 0);
    Entry last = history.getLast();
    Statement right = History.signed(History.event(last)).orElseThrow().statement();
    Map<Signed, String> wrong =
        Map.of(
            BOB.sign(with(right, "bob", right.plan(), right.until())), "only business-owner may",
            ANN.sign(with(right, "ann", "another", right.until())), "it is about another plan",
            ANN.sign(with(right, "ann", right.plan(), now.plus(Duration.ofDays(99)))),
                "it would count until");
    wrong.forEach((signed, why) -> {
      var edited = new ArrayList<Entry>(history.subList(0, history.size() - 1));
      String payload = EventCodec.payload(new Event.GateSigned(signed, now));
      var draft = new Draft("GateSigned", payload, now, "bob", "");
      edited.add(
          new Entry(last.sequence(), "shop", last.version(), draft, last.previousHash(), ""));
      assertThat(GateAudit.fault(edited, new FolderEvidence(data)))
          .hasValueSatisfying(fault -> assertThat(fault).contains("could not be taken", why));
    });
  }

  private static Statement with(Statement old, String by, String plan, Instant until) {
    return new Statement(
        old.verb(),
        old.workload(),
        old.gate(),
        plan,
        old.target(),
        old.evidence(),
        by,
        old.role(),
        old.at(),
        until,
        old.reason());
  }

  @Test
  void evidenceThatIsGoneOrChangedIsFoundByTheAudit() throws Exception {
    test();
    Path file;
    try (var files = Files.list(data.resolve("evidence"))) {
      file = files.findFirst().orElseThrow();
    }
    Files.writeString(file, "41 of 42");
    assertThat(audited()).hasValueSatisfying(f -> assertThat(f).contains("another hash"));
    Files.delete(file);
    assertThat(audited()).hasValueSatisfying(f -> assertThat(f).contains("is gone"));
  }

  @Test
  void aWorkloadThatIsNotKnownIsSaidToBeUnknown() {
    assertThat(gates().report("other")).isEmpty();
    assertThat(gates().run(new Order("other", "tom", ""), "checked").code())
        .isEqualTo("cli-unknown-workload");
  }
}
