package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A workload that keeps the whole catalogue, promoted: machines really look, people are played by a
 * script, and each gate fails once on purpose and holds users back by itself.
 */
@Tag("long")
class FullCatalogueIT {
  private static final String LIMITS = "hold: 10s, retry-pause: 100ms, soak: 1s";

  /** A gate of the file's own, beside the catalogue. */
  private static final String OWN = "accounts";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  /** Something that people or machines do. */
  @FunctionalInterface
  private interface Act {
    void go() throws Exception;
  }

  /**
   * A gate that fails on purpose.
   *
   * @param state how it stands then
   * @param reason what users are told, or the end of it
   * @param remedy what they are told to do
   * @param who can do it, among others
   */
  private record Trial(
      String gate, Act breaks, String state, String reason, String remedy, String who, Act mends) {}

  private final List<Trial> trials = new ArrayList<>();

  private void write(World world, Staff staff, CatalogueSite site) throws Exception {
    Files.writeString(
        world.file(),
        world.yaml(LIMITS)
            + "gates:\n  catalogue: full\n  people:\n"
            + staff.yaml().indent(4)
            + "  each:\n"
            + site.yaml().indent(4));
  }

  /** What the program ships, as it ships it. */
  private static List<String> catalogue() throws Exception {
    String shipped;
    try (var in = FullCatalogueIT.class.getResourceAsStream("/dev/landfall/cli/file/gates.yaml")) {
      shipped = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    return Pattern.compile("(?m)^  ([a-z-]+):$")
        .matcher(shipped.substring(shipped.indexOf("\ngates:")))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static JsonNode ready(Staff staff, int code) throws Exception {
    var ready = staff.anybody().run("ready", World.WORKLOAD, "--json");
    assertThat(ready.code()).as(ready.toString()).isEqualTo(code);
    return ready.json();
  }

  /** Everything that the gates need, but for what a trial brings. */
  private void prepare(Staff staff) throws Exception {
    String tests = CurrentRecords.write(folder, "business-testing.yaml").toString();
    String plan = CurrentRecords.write(folder, "change-plan.yaml").toString();
    for (String gate :
        List.of(
            "assess", "architect", "replicate", "ready", "full-recovery", "cost", "cutover-plan")) {
      staff.attach(gate, "--statement", "done, see the minutes of " + gate);
    }
    staff.attach("business-testing", "--record", tests);
    staff.attach("business-change-plan", "--record", plan);
    staff.attach("change-plan-validated", "--record", plan);
    staff.attach("ciso-verification", "--file", plan);
    for (String gate :
        List.of(
            "stage",
            "performance-approved",
            "domain-alignment",
            "user-routing",
            "identity-alignment",
            "recovery",
            "data-classification",
            "isolation",
            "severed-routes",
            "dependencies",
            "user-routes",
            OWN)) {
      staff.passes(gate);
    }
    for (String gate :
        List.of(
            "assess",
            "business-testing",
            "business-change-plan",
            "change-plan-validated",
            "cost",
            "go")) {
      staff.approve(gate, "ann");
    }
    for (String gate : List.of("replicate", "stage", "ready", "full-recovery", "cutover-plan")) {
      staff.approve(gate, "olga");
    }
    staff.approve("architect", "sam");
    staff.approve("ciso-verification", "eve");
    staff.approve("performance-approved", "pia");
    waive(staff);
  }

  private static void waive(Staff staff) throws Exception {
    var waived =
        staff.say("waive", "separate-teams", "gus", "--for", "1h", "--reason", "a small site");
    assertThat(waived.code()).as(waived.toString()).isZero();
  }

  private void declined(Staff staff, String gate, String who, String role, String why) {
    trials.add(
        new Trial(
            gate,
            () -> staff.decline(gate, who, why),
            "failed",
            "declined by %s (%s): %s".formatted(who, role, why),
            "landfall withdraw notes " + gate,
            who,
            () -> staff.approve(gate, who)));
  }

  private void withdrawn(Staff staff, String gate, String who) {
    trials.add(
        new Trial(
            gate,
            () -> staff.withdraw(gate, who),
            "open",
            "; withdrawn by " + who,
            "landfall approve notes " + gate,
            who,
            () -> staff.approve(gate, who)));
  }

  private void outdated(Staff staff, String gate, String who, String kind, String what) {
    trials.add(
        new Trial(
            gate,
            () -> staff.attach(gate, kind, what),
            "stale",
            "approved by %s, but the evidence is another one since".formatted(who),
            "landfall approve notes " + gate,
            who,
            () -> staff.approve(gate, who)));
  }

  private void judgedByPeople(Staff staff) {
    declined(staff, "assess", "ann", "business-owner", "the assessment is of last year");
    withdrawn(staff, "architect", "sam");
    outdated(staff, "replicate", "olga", "--statement", "one more incompatibility was found");
    declined(staff, "business-change-plan", "ann", "business-owner", "the stores were not asked");
    declined(staff, "ready", "olga", "operations", "the firewall is still to be opened");
    withdrawn(staff, "change-plan-validated", "ann");
    declined(staff, "performance-approved", "pia", "power-user", "the search is slow");
    outdated(staff, "cost", "ann", "--link", "https://billing.example/2026-03");
    withdrawn(staff, "go", "ann");
    trials.add(
        new Trial(
            "ciso-verification",
            () -> staff.decline("ciso-verification", "eve", "a risk without a mitigation"),
            "failed",
            "declined by eve (ciso): a risk without a mitigation",
            "landfall withdraw notes ciso-verification",
            "eve",
            () -> staff.approveFromAfar("ciso-verification", "eve")));
    trials.add(
        new Trial(
            "cutover-plan",
            () -> {
              staff.withdraw("cutover-plan", "olga");
              var tried = staff.say("approve", "cutover-plan", "pia");
              assertThat(tried.problem()).as(tried.toString()).isEqualTo("gate-not-entitled");
            },
            "open",
            "validated by 0 of 1 (operations or business-owner); withdrawn by olga",
            "landfall approve notes cutover-plan",
            "ann",
            () -> staff.approve("cutover-plan", "olga")));
    trials.add(
        new Trial(
            "full-recovery",
            () -> {
              staff.approve("full-recovery", "olga", "--for", "1s");
              Thread.sleep(1100);
            },
            "stale",
            "approved by olga, but that expired at ",
            "landfall approve notes full-recovery",
            "olga",
            () -> staff.approve("full-recovery", "olga")));
    trials.add(
        new Trial(
            "separate-teams",
            () -> staff.withdraw("separate-teams", "gus"),
            "open",
            "not executed; not documented; validated by 0 of 1 (governance)",
            "landfall gate attach notes separate-teams --executed",
            "tom",
            () -> {
              staff.attach("separate-teams", "--statement", "two teams since Monday");
              staff.approve("separate-teams", "gus");
            }));
    trials.add(
        new Trial(
            "business-testing",
            () -> {
              Path open = folder.resolve("open.yaml");
              Files.writeString(
                  open,
                  CurrentRecords.read("business-testing.yaml")
                      .replace("outcome: passed, by: pia }", "outcome: open, by: pia }"));
              var refused = staff.attaching("business-testing", "--record", open.toString());
              assertThat(refused.code()).as(refused.toString()).isEqualTo(2);
              staff.withdraw("business-testing", "ann");
            },
            "open",
            "; withdrawn by ann",
            "landfall approve notes business-testing",
            "ann",
            () -> staff.approve("business-testing", "ann")));
  }

  /** Turns what is broken in the world on and off. */
  @FunctionalInterface
  private interface Switch {
    void turn(boolean broken) throws Exception;
  }

  private void looked(Staff staff, String gate, Switch fault, String reason) {
    trials.add(
        new Trial(
            gate,
            () -> {
              fault.turn(true);
              staff.fails(gate);
            },
            "failed",
            reason,
            "landfall gate run notes " + gate,
            "tom",
            () -> {
              fault.turn(false);
              staff.passes(gate);
            }));
  }

  private void lookedAtByMachines(Staff staff, CatalogueSite site) {
    looked(staff, "stage", red -> site.report(CatalogueSite.Report.STAGE, !red), "1 of 2 tests");
    looked(staff, "domain-alignment", site::certificateExpired, "CN=localhost is valid until ");
    looked(staff, "user-routing", site::targetOutOfReach, "was made");
    looked(
        staff,
        "identity-alignment",
        site::grantMissing,
        "db: 1 of 1 users may do less on the target");
    looked(staff, "recovery", site::backupUnrestorable, "is not what was backed up");
    looked(staff, "data-classification", site::misdeclared, "more sensitive than declared");
    looked(staff, "isolation", site::productionReachable, "can be reached");
    looked(staff, "dependencies", site::dependencyAway, "127.0.0.1:");
    looked(staff, "user-routes", site::namesSkewed, "leads to 192.0.2.7, and must not");
    looked(staff, OWN, site::accountWithoutGroup, "shop-web-1 is no member of cn=web");
    var users = new ArrayList<java.net.Socket>();
    looked(
        staff,
        "severed-routes",
        used -> {
          if (used) {
            users.add(site.lateUser());
          } else {
            users.removeFirst().close();
          }
        },
        "1 still use port ");
  }

  /** Nobody moves, for this reason and no other, and whoever asks is told what to do. */
  private static void held(World world, Staff staff, Trial trial) throws Exception {
    var ended = staff.promote(world);
    assertThat(ended.code()).as(trial.gate() + ": " + ended).isEqualTo(2);
    assertThat(ended.problem()).isEqualTo("promotion-gated");
    assertThat(ended.message())
        .startsWith(
            "cannot promote notes yet: 1 reason: %s is %s: ".formatted(trial.gate(), trial.state()))
        .contains(trial.reason(), "; users stayed on the source; landfall ready notes says what");
    assertThat(world.routedTo()).contains("source");
    JsonNode ready = ready(staff, 2);
    assertThat(ready.path("percent").asInt()).isLessThan(100);
    assertThat(ready.path("people")).isEmpty();
    assertThat(ready.path("gates")).as(trial.gate()).hasSize(1);
    JsonNode blocker = ready.path("gates").get(0);
    assertThat(blocker.path("id").asText()).isEqualTo(trial.gate());
    assertThat(blocker.path("why").asText()).contains(trial.reason());
    JsonNode first = blocker.path("todo").get(0);
    assertThat(first.path("what").asText()).contains(trial.remedy());
    assertThat(first.path("who")).map(JsonNode::asText).contains(trial.who());
  }

  @Test
  void eachGateOfTheCatalogueHoldsUsersBackByItselfUntilItIsMended() throws Exception {
    try (var world = World.between(folder, LIMITS);
        var site = CatalogueSite.open(world, folder)) {
      var staff = Staff.of(world.landfall, folder);
      write(world, staff, site);
      World.done(staff.begin(world), "staged");
      assertThat(staff.promote(world).problem()).isEqualTo("promotion-gated");
      var all = new TreeSet<>(catalogue());
      assertThat(all).hasSizeGreaterThan(20);
      all.add(OWN);
      JsonNode none = ready(staff, 2);
      assertThat(none.path("percent").asInt()).isZero();
      assertThat(none.path("gates").findValuesAsText("id")).hasSameElementsAs(all);

      // It takes longest, so nothing but its trial runs it: it comes first, and has not run before.
      looked(staff, "performance", site::targetSlow, "slower than ");
      judgedByPeople(staff);
      lookedAtByMachines(staff, site);
      assertThat(trials.stream().map(Trial::gate))
          .as("each gate of the catalogue fails once in this test, and promotion with it")
          .containsExactlyInAnyOrderElementsOf(all);
      prepare(staff);
      for (Trial trial : trials) {
        trial.breaks().go();
        held(world, staff, trial);
        trial.mends().go();
      }

      assertThat(ready(staff, 0).path("percent").asInt()).isEqualTo(100);
      World.done(staff.promote(world), "promoted");
      world.settledOn("target");
      assertThat(world.writers.failures()).isEmpty();
      archived(world);
    }
  }

  /** All of it is in one file that proves itself. */
  private void archived(World world) throws Exception {
    String zip = folder.resolve("notes.zip").toString();
    var exported =
        world.landfall.run("evidence", "export", World.WORKLOAD, "--output", zip, "--json");
    assertThat(exported.code()).as(exported.toString()).isZero();
    var verified = world.landfall.run("audit", "verify", zip, "--json");
    assertThat(verified.code()).as(verified.toString()).isZero();
    assertThat(world.history().stream().filter("PromotionWithheld"::equals).count())
        .isEqualTo(trials.size() + 1L);
  }
}
