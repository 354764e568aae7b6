package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.landfall.app.Main;
import dev.landfall.demo.DemoOptions.Break;
import dev.landfall.demo.DemoOptions.Model;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo itself, with few customers who hardly think, and short phases. */
class DemoIT {
  private static final int CUSTOMERS = 40;
  private static final boolean SOAK = Boolean.getBoolean("landfall.soak");

  @TempDir Path folder;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  /** Runs it, and returns its report. */
  private JsonNode run(Model model, Break breaks) throws Exception {
    return run(model, breaks, false);
  }

  private JsonNode run(Model model, Break breaks, boolean gates) throws Exception {
    Path report = folder.resolve("report.json");
    var options =
        new DemoOptions(
            2_000,
            CUSTOMERS,
            1,
            Duration.ofMillis(100),
            model,
            breaks,
            gates,
            false,
            Optional.of(report),
            DemoOptions.landfallOf(Main.class));
    int code;
    try (var out = new PrintStream(told, true, StandardCharsets.UTF_8)) {
      code = new Demo(options, out, false).run();
    }
    assertThat(code).as(told()).isZero();
    return new ObjectMapper().readTree(Files.readString(report));
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }

  private void thereBackAndThereForGood(JsonNode report) {
    assertThat(report.path("outcome").asText()).as(told()).isEqualTo("completed");
    assertThat(report.path("requests").path("failed").asLong()).isZero();
    assertThat(report.path("requests").path("planted").asLong()).isZero();
    assertThat(report.path("writes").path("missing").asLong()).isZero();
    assertThat(report.path("writes").path("duplicated").asLong()).isZero();
    assertThat(report.path("cutovers")).hasSize(3);
  }

  @Test
  void everybodyMovesAtOnceAndBackWithoutAnyHarm() throws Exception {
    thereBackAndThereForGood(run(Model.SINGLE_STEP, Break.NOTHING));
  }

  @Tag("long")
  @Test
  void onALaterDayUsersMoveOnlyAsItWasRehearsedAndTheTeamsAccessEnds() throws Exception {
    JsonNode report = run(Model.STAGED, Break.NOTHING);
    thereBackAndThereForGood(report);
    JsonNode staged = report.path("staged");
    assertThat(staged.path("rehearsals")).hasSize(2);
    for (JsonNode rehearsal : staged.path("rehearsals")) {
      assertThat(rehearsal.path("thereMillis").asLong()).as(told()).isPositive();
      assertThat(rehearsal.path("backMillis").asLong()).as(told()).isPositive();
    }
    assertThat(staged.path("heldBack")).hasSize(1);
    assertThat(staged.path("heldBack").get(0).asText()).contains("setting work_mem");
    assertThat(staged.path("accessEnded").get(0).path("refusal").asText())
        .contains(DemoSide.TEAM, "not permitted to log in");
  }

  @Tag("long")
  @Test
  void usersFlyTheDataFollowsAndBothComeBackWithoutAnyHarm() throws Exception {
    JsonNode report = run(Model.FLIGHT, Break.NOTHING);
    thereBackAndThereForGood(report);
    assertThat(report.path("flights")).hasSize(2 * ShopFlights.STEPS.size());
    for (JsonNode flight : report.path("flights")) {
      assertThat(flight.path("verdict").asText()).as(told()).isEqualTo("passed");
      assertThat(flight.path("usersMoved").asInt())
          .as("who was drawn, of " + CUSTOMERS + ": " + flight)
          .isEqualTo(
              switch (flight.path("intendedPercent").asInt()) {
                case 10 -> 5;
                case 50 -> 22;
                default -> CUSTOMERS;
              });
    }
  }

  /** With gates it takes seven minutes; {@code FullCatalogueIT} holds what each says every time. */
  static List<Model> gated() {
    return SOAK ? List.of(Model.SINGLE_STEP) : List.of();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("gated")
  void eachGateOfTheCatalogueHoldsUsersBackOnceAndThenAllAreMet(Model model) throws Exception {
    JsonNode report = run(model, Break.NOTHING, true);
    assertThat(report.path("outcome").asText()).as(told()).isEqualTo("gated");
    assertThat(report.path("requests").path("failed").asLong()).isZero();
    assertThat(report.path("cutovers")).hasSize(1);
    assertThat(told()).contains("cost is ", "isolation is ", "what to do: ", "100 % ready");
  }

  /** Rare and late faults take minutes to find: all of them with {@code ./verify --soak}. */
  static List<Break> faults() {
    return SOAK
        ? List.of(Break.ERRORS, Break.SLOW, Break.SPARSE_ERRORS, Break.TAIL)
        : List.of(Break.ERRORS);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("faults")
  void aVersionThatTurnsBadIsFoundAndItsUsersComeBackByThemselves(Break fault) throws Exception {
    JsonNode report = run(Model.FLIGHT, fault);
    assertThat(report.path("outcome").asText()).as(told()).isEqualTo("caught");
    assertThat(report.path("requests").path("failed").asLong()).isZero();
    JsonNode planted = report.path("planted");
    boolean fails = fault == Break.ERRORS || fault == Break.SPARSE_ERRORS;
    assertThat(planted.path("struck").asLong()).as(told()).isPositive();
    assertThat(planted.path("failed").asLong())
        .as(told())
        .isEqualTo(report.path("requests").path("planted").asLong())
        .isEqualTo(fails ? planted.path("struck").asLong() : 0);
    assertThat(planted.path("usersExposed").asInt()).isEqualTo(5);
    assertThat(planted.path("usersStruck").asInt()).isBetween(1, 5);
    assertThat(planted.path("verdictMillis").asLong())
        .isPositive()
        .isLessThanOrEqualTo(planted.path("backMillis").asLong());
    assertThat(report.path("cutovers")).isEmpty();
    assertThat(report.path("flights").get(0).path("verdict").asText()).isEqualTo("failed");
  }
}
