package dev.landfall.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.landfall.demo.LandfallCommand.Ended;
import dev.landfall.demo.SideBySide.Act;
import dev.landfall.demo.Tale.UnexpectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The journey past all gates of the catalogue: each is broken once by itself and holds everybody
 * back, and is met again; machines really look where a bare machine has what to look at, and people
 * are played by a script.
 */
final class GatedJourney {
  /** How whoever is held back by gates is told by how many. */
  private static final Pattern REASONS = Pattern.compile(": \\d+ reasons?: ");

  private static final int BLOCKED = 2;

  /** What power users tested, as the business keeps it beside the workload file. */
  private static final String TESTED =
      """
      record: tests
      by: pia
      cases:
        - { test: Place an order, outcome: passed, by: pia }
        - { test: Pay an order, outcome: passed, by: pia }
      feedback: []
      certified:
        - { by: pia, on: %s }
      """;

  /** Its check measures for half a minute, and shares the machine with no other gate's. */
  private static final String MEASURED = "performance";

  /** Something that is broken, or whole again. */
  @FunctionalInterface
  private interface Switch {
    void turn(boolean broken) throws UnexpectedException, SQLException, InterruptedException;
  }

  /**
   * A gate, and what becomes of it.
   *
   * @param meets does what it needs in the first place
   * @param breaks makes it fail
   * @param mends makes it pass again
   * @param mended what that was, for who looks on
   */
  private record Trial(String gate, Act meets, Act breaks, Act mends, String mended) {}

  private final Tale tale;
  private final GateStaff staff;
  private final List<Trial> trials = new ArrayList<>();

  GatedJourney(Tale tale) {
    this.tale = tale;
    this.staff = new GateStaff(tale);
  }

  /** Goes all the way, and returns the outcome for the report. */
  String travel() throws UnexpectedException, SQLException, InterruptedException {
    try (GatedShop shop = GatedShop.open(tale.world())) {
      plan(shop);
      Path file = Path.of(tale.file());
      GatedShop.write(
          file,
          read(file)
              + "gates:\n  catalogue: full\n  people:\n"
              + staff.yaml().indent(4)
              + "  each:\n"
              + shop.yaml().indent(4));
      tale.phase("landfall promote --until staged");
      long from = System.nanoTime();
      Ended staged = staff.stage();
      tale.ran(from);
      tale.finish(staged, "copied and in step");
      nothingMet();
      tale.phase("meeting all gates");
      meetAll();
      tale.tell("everything that " + trials.size() + " gates ask for was brought");
      // While one gate is mended the next is broken; both have ended before anybody would move.
      List<Act> mending = List.of();
      for (Trial trial : trials) {
        tale.phase("breaking gate " + trial.gate());
        var both = new ArrayList<>(mending);
        both.add(trial.breaks());
        SideBySide.all(both);
        heldBack(trial);
        mending = List.of(trial.mends());
        if (trial.gate().equals(MEASURED)) {
          SideBySide.all(mending);
          mending = List.of();
        }
      }
      SideBySide.all(mending);
      promote();
      archive();
      tale.peace("shopping in the cloud");
    }
    return "gated";
  }

  private void meetAll() throws UnexpectedException, SQLException, InterruptedException {
    SideBySide.all(meeting(trial -> !trial.gate().equals(MEASURED)));
    SideBySide.all(meeting(trial -> trial.gate().equals(MEASURED)));
  }

  private List<Act> meeting(Predicate<Trial> which) {
    return trials.stream().filter(which).map(Trial::meets).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** All gates of the catalogue, in its order. */
  private void plan(GatedShop shop) {
    signed("assess", "ann");
    signed("architect", "sam");
    signed("replicate", "olga");
    lookedAtAndSigned(shop);
    Path tested = Path.of(tale.file()).resolveSibling("tested.yaml");
    GatedShop.write(tested, TESTED.formatted(LocalDate.now(ZoneOffset.UTC)));
    brought("business-testing", "ann", "--record", tested.toString());
    signed("business-change-plan", "ann");
    signed("ready", "olga");
    signed("domain-alignment", "olga");
    looked("user-routing", shop::entranceShut);
    looked("identity-alignment", shop::grantMissing);
    looked("performance", shop::shopSlow);
    signed("recovery", "olga");
    looked("data-classification", shop::misdeclared);
    signed("ciso-verification", "eve");
    signed("change-plan-validated", "ann");
    signed("isolation", "gus");
    looked("severed-routes", shop::routeUsed);
    looked("dependencies", shop::dependencyAway);
    signed("full-recovery", "olga");
    looked("user-routes", shop::routeShut);
    signed("performance-approved", "pia");
    signed("cost", "ann");
    signed("cutover-plan", "olga");
    signed("separate-teams", "gus");
    judged("go", "ann", () -> {}, () -> staff.sign("withdraw", "go", "ann"), "ann says go again");
  }

  private void looked(String gate, Switch fault) {
    trials.add(
        new Trial(
            gate,
            () -> staff.passes(gate),
            () -> {
              fault.turn(true);
              staff.check(gate);
            },
            () -> {
              fault.turn(false);
              staff.passes(gate);
            },
            "mended, and looked at again"));
  }

  private void lookedAtAndSigned(GatedShop shop) {
    trials.add(
        new Trial(
            "stage",
            () -> {
              staff.passes("stage");
              staff.sign("approve", "stage", "olga");
            },
            () -> {
              shop.report(true);
              staff.check("stage");
            },
            () -> {
              shop.report(false);
              staff.passes("stage");
            },
            "the tests are green again"));
  }

  private void signed(String gate, String who) {
    brought(gate, who, "--statement", "done; see the minutes of " + gate);
  }

  /** What people say is broken by a decline, a withdrawal or other evidence, in turn. */
  private void brought(String gate, String who, String kind, String what) {
    Act meets = () -> staff.attach(gate, kind, what);
    switch (trials.size() % 3) {
      case 0 ->
          judged(
              gate,
              who,
              meets,
              () -> staff.sign("decline", gate, who, "--reason", "this is of last year"),
              who + " has seen what is new, and approves");
      case 1 ->
          judged(
              gate, who, meets, () -> staff.sign("withdraw", gate, who), who + " approves again");
      default ->
          judged(
              gate,
              who,
              meets,
              () -> staff.attach(gate, "--statement", "something was found since"),
              who + " approves what is known now");
    }
  }

  private void judged(String gate, String who, Act meets, Act breaks, String mended) {
    Act approves = () -> staff.sign("approve", gate, who);
    trials.add(
        new Trial(
            gate,
            () -> {
              meets.go();
              approves.go();
            },
            breaks,
            approves,
            mended));
  }

  /** Before anything is brought everything is missing, and it is told. */
  private void nothingMet() throws UnexpectedException, SQLException, InterruptedException {
    refusal();
    var missing = new TreeSet<String>();
    for (JsonNode each : ready().path("gates")) {
      missing.add(each.path("id").asText());
    }
    var shown = trials.stream().map(Trial::gate).collect(Collectors.toCollection(TreeSet::new));
    if (!missing.equals(shown)) {
      throw new UnexpectedException("the gates are " + missing + ", and " + shown + " are shown");
    }
    tale.tell("not promoted: " + missing.size() + " gates are open");
  }

  private JsonNode ready() throws InterruptedException {
    return tale.landfall().run("ready", Demo.WORKLOAD, "--json").json();
  }

  /** What an order says that must not move anybody. */
  private String refusal() throws UnexpectedException, SQLException, InterruptedException {
    Ended ended = staff.promote("--json");
    String said = ended.json().path("message").asText();
    if (ended.code() != BLOCKED
        || !REASONS.matcher(said).find()
        || tale.world().owner() == tale.world().target()) {
      throw new UnexpectedException("should have been held back, but: " + ended.says());
    }
    return said;
  }

  private void heldBack(Trial trial)
      throws UnexpectedException, SQLException, InterruptedException {
    var refused = new AtomicReference<>("");
    var seen = new AtomicReference<JsonNode>(MissingNode.getInstance());
    SideBySide.all(List.of(() -> refused.set(refusal()), () -> seen.set(ready().path("gates"))));
    String said = Objects.requireNonNull(refused.get());
    JsonNode gates = Objects.requireNonNull(seen.get());
    JsonNode gate = gates.path(0);
    if (gates.size() != 1
        || !gate.path("id").asText().equals(trial.gate())
        || !said.contains(": 1 reason: " + trial.gate() + " is ")) {
      throw new UnexpectedException("should have been held back by " + trial.gate() + ": " + said);
    }
    tale.say(
        "%3d s  not promoted: %s is %s"
            .formatted(tale.second(), trial.gate(), gate.path("state").asText()));
    tale.explain(gate.path("why").asText());
    JsonNode todo = gate.path("todo").path(0);
    String who =
        StreamSupport.stream(todo.path("who").spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(" or "));
    tale.explain(
        "what to do: %s [%s]; %s".formatted(todo.path("what").asText(), who, trial.mended()));
  }

  private void promote() throws UnexpectedException, SQLException, InterruptedException {
    int percent = ready().path("percent").asInt();
    tale.tell(String.format(Locale.ROOT, "all gates are met: %d %% ready", percent));
    tale.phase("landfall promote");
    long from = System.nanoTime();
    Ended ended = staff.promote();
    tale.ran(from);
    tale.finish(ended, "promoted past all gates");
  }

  /** All of it in one file, which anybody can check. */
  private void archive() throws UnexpectedException, InterruptedException {
    String file = Path.of(tale.file()).resolveSibling("shop.zip").toString();
    tale.require(tale.landfall().run("evidence", "export", Demo.WORKLOAD, "--output", file));
    Ended verified = tale.landfall().run("audit", "verify", file);
    tale.require(verified);
    tale.tell("the evidence is in one file, and it proves itself");
    tale.explain("landfall audit verify " + file + ": " + String.join(" ", verified.output()));
  }
}
