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
          rita: { roles: [project-manager] }
        each:
          business-testing: { check: { kind: records, folder: records, of: [tests] } }
          business-change-plan: { check: { kind: records, folder: records, of: [change-plan] } }
      """;

  private static final String TESTS =
      """
      record: tests
      cases:
        - { test: Place an order, outcome: passed, by: pia }
      feedback: []
      certified: [{ by: pia, on: 2020-03-01 }]
      """;

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
    write("tests.yaml", TESTS);
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
        .isEqualTo("tests.yaml: 1 cases: 1 passed; 0 of feedback; certified by pia");
    assertThat(new FolderEvidence(folder.resolve("data")).read(file.sha256()).orElseThrow())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(TESTS);
  }

  @Test
  void whatIsEditedAddedOrTakenAwayMakesTheGateStaleUntilItIsReadAgain() throws Exception {
    Path file = write("tests.yaml", TESTS);
    assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
    approve();
    Files.writeString(file, TESTS + "# a comment\n");
    assertThat(item("business-testing").state()).isEqualTo("stale");
    assertThat(item("business-testing").why()).contains("its records have changed since");
    assertThat(run("business-testing").exit()).isEqualTo(Exit.DONE);
    assertThat(item("business-testing").state()).isEqualTo("stale");
    assertThat(item("business-testing").why()).contains("the evidence is another one since");
    approve();
    assertThat(item("business-testing").state()).isEqualTo("passed");
    Path second = write("more.yml", TESTS);
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
    write("tests.yaml", TESTS.replace("outcome: passed", "outcome: failed, severity: critical"));
    assertThat(run("business-testing").message())
        .contains("tests.yaml: 1 failed without a workaround: Place an order (critical)");
    assertThat(item("business-testing").state()).isEqualTo("failed");
    assertThat(item("business-testing").evidence()).as("what was read is kept").hasSize(2);
    write("tests.yaml", TESTS.replace("passed", "past"));
    assertThat(run("business-testing").message())
        .contains("records/tests.yaml:3:38: cannot read cases.outcome: \"past\" is not known");
    assertThat(run("business-change-plan").message())
        .contains("there is no record of change-plan in");
    write("tests.yaml", TESTS);
    write("broken.yaml", "record: [tests]\n");
    assertThat(run("business-testing").message())
        .contains("broken.yaml:1:1: cannot read the record: it does not say what record it is");
  }

  @Test
  void nobodyIsMadeToWaitByAPipeNorReadsWithoutEnd() throws Exception {
    write("tests.yaml", TESTS);
    var pipe = folder.resolve("records/pipe.yaml").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    assertThat(run("business-testing").message()).contains("pipe.yaml is no plain file");
    Files.delete(Path.of(pipe));
    for (int i = 0; i < 19; i++) {
      write("more-%d.yaml".formatted(i), TESTS);
    }
    assertThat(run("business-testing").message()).contains("has 20 records, and 19 can be read");
  }

  @Test
  void aControllerSeesTheSameHashAsTheRun() throws Exception {
    write("tests.yaml", TESTS);
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
