package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.folder.FolderEvidence;
import dev.landfall.adapter.memory.MemoryJournal;
import dev.landfall.cli.Exit;
import dev.landfall.cli.GateOperations.Item;
import dev.landfall.cli.GateOperations.Saying;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.cli.Operations.Order;
import dev.landfall.cli.file.WorkloadFile;
import dev.landfall.engine.Desk;
import dev.landfall.engine.Probe.Observation;
import dev.landfall.engine.Pseudonyms;
import dev.landfall.engine.Survey;
import dev.landfall.engine.WorkloadJson;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.promotion.Goal;
import dev.landfall.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates on records that people write beside the workload file, from the file to the store. */
class RecordsGateTest {
  private static final GatedShop.Key ANN = new GatedShop.Key();

  private static final String FILE =
      """
      landfall: 1
      workload: shop
      owner: retail-apps
      model: staged
      assets:
        web: { kind: http, source: { url: "http://a:1" }, target: { url: "http://b:1" } }
      gates:
        catalogue: chosen
        people:
          ann: { roles: [business-owner], key: %s }
          tom: { roles: [tester] }
          pia: { roles: [power-user], accounts: [pia.p] }
          rita: { roles: [project-manager] }
        each:
          business-testing: { check: { kind: records, folder: records, of: [tests] } }
          business-change-plan: { check: { kind: records, folder: records, of: [change-plan] } }
      """;

  private final String tests =
      """
      record: tests
      by: pia
      cases:
        - { test: Place an order, outcome: passed, by: pia }
      feedback: []
      certified: [{ by: pia, on: %s }]
      """
          .formatted(LocalDate.now(ZoneOffset.UTC));

  @TempDir private Path folder;
  private final Products products =
      new Products(new Secrets(Map.of(), _ -> {}), Pseudonyms.withoutKey());
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final Desk desk = new Desk(new MemoryJournal(), () -> now);

  private Workload workload() {
    Path file = folder.resolve("shop.yaml");
    byte[] content = FILE.formatted(ANN.key()).getBytes(StandardCharsets.UTF_8);
    return switch (WorkloadFile.parse(file.toString(), content)) {
      case WorkloadFile.Right(Workload workload) -> workload;
      case WorkloadFile.Wrong wrong -> throw new AssertionError(wrong.toString());
    };
  }

  @BeforeEach
  void give() {
    desk.reach(workload(), WorkloadJson.planHash(workload()), Goal.STAGED, "rita", "given");
  }

  private Gating gates() {
    return new Gating(
        desk,
        products,
        new FolderEvidence(folder.resolve("data")),
        () -> now,
        name -> new Ended(Exit.REFUSED, "cli-unknown-workload", name, "unknown", "", false));
  }

  private Path write(String name, String content) throws Exception {
    Path records = folder.resolve("records");
    Files.createDirectories(records);
    return Files.writeString(records.resolve(name), content);
  }

  private Ended run(String gate) {
    now = now.plusSeconds(1);
    return gates().run(new Order("shop", "tom", ""), gate);
  }

  private void approve() {
    now = now.plusSeconds(1);
    var saying = new Saying("business-testing", Verb.APPROVE, Optional.of(Duration.ofDays(2)));
    Ended said = gates().sign(new Order("shop", "root", "seen"), saying, ANN);
    assertThat(said.exit()).as(said.message()).isEqualTo(Exit.DONE);
  }

  private Item item(String gate) {
    return gates().report("shop").orElseThrow().gates().stream()
        .filter(each -> each.id().equals(gate))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFolderOfRecordsIsReadKeptAndApproved() throws Exception {
    write("tests.yaml", tests);
    write("plan.yaml", "record: change-plan\n");
    write("notes.txt", "no record");
    Ended ended = run("business-testing");
    assertThat(ended.exit()).as(ended.message()).isEqualTo(Exit.DONE);
    approve();
    assertThat(item("business-testing").state()).isEqualTo("passed");
    List<Evidence> evidence = item("business-testing").evidence();
    assertThat(evidence).hasSize(2);
    Evidence file = evidence.get(1);
    assertThat(file.what())
        .isEqualTo("tests.yaml: 1 cases: 1 passed; 0 of feedback; certified by 1");
    assertThat(new FolderEvidence(folder.resolve("data")).read(file.sha256()).orElseThrow())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(tests);
  }

  @Test
  void whatIsEditedAddedOrTakenAwayMakesTheGateStaleUntilItIsReadAgain() throws Exception {
    Path file = write("tests.yaml", tests);
    assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
    approve();
    Files.writeString(file, tests + "# a comment\n");
    assertThat(item("business-testing").state()).isEqualTo("stale");
    assertThat(item("business-testing").why()).contains("its records have changed since");
    assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
    assertThat(item("business-testing").state()).isEqualTo("stale");
    assertThat(item("business-testing").why()).contains("the evidence is another one since");
    approve();
    assertThat(item("business-testing").state()).isEqualTo("passed");
    Path second = write("more.yml", tests);
    assertThat(item("business-testing").state()).isEqualTo("stale");
    Files.delete(second);
    assertThat(item("business-testing").state()).isEqualTo("passed");
    write("plan.yaml", "record: change-plan\n");
    assertThat(item("business-testing").state()).as("of another kind").isEqualTo("passed");
    Files.move(file, file.resolveSibling("renamed.yaml"));
    assertThat(item("business-testing").state()).isEqualTo("stale");
    Files.delete(file.resolveSibling("renamed.yaml"));
    Files.delete(file.resolveSibling("plan.yaml"));
    Files.delete(file.getParent());
    assertThat(item("business-testing").state()).isEqualTo("stale");
    assertThat(item("business-testing").why()).contains("its records were not looked at");
  }

  @Test
  void whatIsMissingOrWrongIsToldAndKept() throws Exception {
    Ended none = run("business-testing");
    assertThat(none.exit()).isEqualTo(Exit.BLOCKED);
    assertThat(none.message()).contains("records cannot be read (NoSuchFileException)");
    write("tests.yaml", tests.replace("outcome: passed", "outcome: failed, severity: critical"));
    assertThat(run("business-testing").message())
        .contains("tests.yaml: 1 failed without a workaround: cases[1] (critical)");
    assertThat(item("business-testing").state()).isEqualTo("failed");
    assertThat(item("business-testing").evidence()).as("what was read is kept").hasSize(2);
    write("tests.yaml", tests.replace("passed", "past"));
    assertThat(run("business-testing").message())
        .contains(": tests.yaml:4:38: cannot read cases[1].outcome; allowed: passed, failed, open")
        .doesNotContain("past");
    assertThat(item("business-testing").evidence())
        .as("what is no record is told and not kept")
        .hasSize(1);
    assertThat(run("business-change-plan").message())
        .contains("there is no record of change-plan in");
    write("tests.yaml", tests);
    write("broken.yaml", "record: [tests]\n");
    assertThat(run("business-testing").message())
        .contains("broken.yaml:1:1: cannot read the record; say record: tests, or record: ");
  }

  @Test
  void nobodyIsMadeToWaitByAPipeNorReadsWithoutEnd() throws Exception {
    write("tests.yaml", tests);
    var pipe = folder.resolve("records/pipe.yaml").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    assertThat(run("business-testing").message()).contains("pipe.yaml is no plain file");
    Files.delete(Path.of(pipe));
    for (int i = 0; i < 19; i++) {
      write("more-%d.yaml".formatted(i), tests);
    }
    assertThat(run("business-testing").message()).contains("has 20 records, and 19 can be read");
    for (int i = 0; i < 181; i++) {
      write("other-%d.yaml".formatted(i), "record: change-plan\n");
    }
    assertThat(run("business-testing").message())
        .contains("has 201 records, and 200 can be looked through");
  }

  /** Whatever is read is kept and exported, so a link could carry out any file of the host. */
  @Test
  void nothingIsReadThatIsOnlyLinkedOrCannotBeNamed() throws Exception {
    write("tests.yaml", tests);
    Path elsewhere = Files.writeString(folder.resolve("elsewhere.yaml"), tests);
    Path link = folder.resolve("records/link.yaml");
    Files.createSymbolicLink(link, elsewhere);
    assertThat(run("business-testing").message()).contains("link.yaml is no plain file");
    assertThat(item("business-testing").evidence()).hasSize(1);
    Files.delete(link);
    Path odd = write("two\nlines.yaml", tests);
    assertThat(run("business-testing").message()).contains("has a name with other signs");
    Files.delete(odd);
    Path loud = write("MORE.YAML", tests.replace("passed", "open"));
    assertThat(run("business-testing").message()).contains("MORE.YAML: 1 not tried yet: cases[1]");
    Files.delete(loud);
    assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
    Files.move(folder.resolve("records"), folder.resolve("moved"));
    Files.createSymbolicLink(folder.resolve("records"), folder.resolve("moved"));
    assertThat(run("business-testing").message()).contains("is a link; name the folder itself");
  }

  /** The one who wrote it, or tried what is in it, may be the one who may sign. */
  @Test
  void whoWroteARecordOrTriedWhatIsInItCannotApproveIt() throws Exception {
    for (String mine :
        List.of(
            tests.replace("\nby: pia", "\nby: ann"),
            tests.replace("passed, by: pia", "passed, by: Ann"),
            tests.replace("[{ by: pia", "[{ by: ann"))) {
      assertThat(mine).isNotEqualTo(tests);
      write("tests.yaml", mine);
      assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
      now = now.plusSeconds(1);
      var saying = new Saying("business-testing", Verb.APPROVE, Optional.of(Duration.ofDays(2)));
      Ended said = gates().sign(new Order("shop", "root", "seen"), saying, ANN);
      assertThat(said.exit()).isEqualTo(Exit.BLOCKED);
      assertThat(said.message()).contains("ann wrote the records");
      assertThat(item("business-testing").todo())
          .as("nobody is told to do what is refused")
          .isNotEmpty()
          .allSatisfy(each -> assertThat(each.who()).doesNotContain("ann"));
    }
    write("tests.yaml", tests.replace("\nby: pia", "\nby: pia.p"));
    assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
    approve();
    assertThat(item("business-testing").state()).isEqualTo("passed");
  }

  /** It could be anybody, also the one who approves. */
  @Test
  void aRecordOfSomebodyWhomTheFileDoesNotNameIsNotCounted() throws Exception {
    write("tests.yaml", tests.replace("\nby: pia", "\nby: Jo Doe"));
    Ended ended = run("business-testing");
    assertThat(ended.exit()).isEqualTo(Exit.BLOCKED);
    assertThat(ended.message())
        .contains("tests.yaml: by is nobody whom the workload file has under gates.people")
        .doesNotContain("Jo Doe");
  }

  /** No signature is asked for by the file, and users wait for one all the same. */
  @Test
  void aGateOnRecordsIsNotPassedByItsCheckAlone() throws Exception {
    write("tests.yaml", tests);
    assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
    assertThat(item("business-testing").state()).isEqualTo("open");
    assertThat(item("business-testing").why()).contains("validated by 0 of 1");
    assertThat(item("business-testing").kind()).isEqualTo("person");
  }

  @Test
  void aControllerSeesTheSameHashAsTheRun() throws Exception {
    write("tests.yaml", tests);
    Workload workload = workload();
    Observation seen =
        products
            .probe(
                workload,
                "plan",
                workload.gates().orElseThrow().gate("business-testing").orElseThrow())
            .orElseThrow()
            .look();
    assertThat(Survey.records(workload, "plan", products))
        .containsEntry("business-testing", seen.subject().orElseThrow())
        .containsOnlyKeys("business-testing", "business-change-plan");
  }
}
