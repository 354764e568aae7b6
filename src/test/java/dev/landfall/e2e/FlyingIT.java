package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users move in flights, with the packaged program, real servers and users who write. */
@Tag("long")
class FlyingIT {
  private static final String LIMITS = "hold: 20s, retry-pause: 100ms, soak: 0s";

  /** One writer, then one more, when somebody says so; then everybody. */
  private static final String STEPS =
      """
      { name: one, users: [writer-1], min: 30m, max: 1h },
      { name: two, users: [writer-2], min: 30m, max: 1h },
      { name: all, share: 100 %, min: 1s, max: 1h }
      """
          .replace("\n", " ");

  @TempDir Path folder;

  private World staged() throws Exception {
    var world = new World(folder, Server.shared(16), Server.shared(18), LIMITS, STEPS);
    world.stage();
    return world;
  }

  @Test
  void usersFlyOneAfterTheOtherAndThenTheDataMovesAndEverybodyComesBack() throws Exception {
    try (var world = staged()) {
      try (var promote = world.landfall.start(world.promote())) {
        world.awaitState("flight 1 of 3");
        assertThat(world.acceptsWrites(world.source)).as("the source owns the data").isTrue();
        World.await(
            "the first writer is there, alone", () -> world.newApp.served().equals(Set.of(1)));
        assertThat(world.goOn("two").problem()).isEqualTo("promotion-no-flight");
        Landfall.Ended first = world.goOn("one");
        assertThat(first.code()).as(first.toString()).isZero();
        world.awaitState("flight 2 of 3");
        promote.kill();
      }
      assertThat(world.state()).isEqualTo("flight 2 of 3");
      try (var promote = world.landfall.start(world.promote())) {
        World.await("a flight is judged", () -> world.history().contains("FlightMeasured"));
        assertThat(world.goOn("two").code()).isZero();
        World.done(promote.ended(), "promoted");
      }
      world.settledOn("target");
      assertThat(world.history())
          .containsSubsequence(
              "Staged",
              "FlightBegun",
              "FlightPassed",
              "FlightBegun",
              "FlightPassed",
              "FlightBegun",
              "FlightPassed",
              "CutoverBegun",
              "OwnerMoved",
              "CutoverFinished")
          .doesNotContain("CutoverAbandoned");
      World.done(world.landfall.run(world.rollback()), "rolled back");
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void aFlightThatDoesHarmBringsItsUsersBackAndHarmsNobodyElse() throws Exception {
    try (var world = staged()) {
      try (var promote = world.landfall.start(world.promote())) {
        world.awaitState("flight 1 of 3");
        World.await("it is judged", () -> world.history().contains("FlightMeasured"));
        world.newApp.broken(true);
        Landfall.Ended ended = promote.ended();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
        assertThat(ended.problem()).isEqualTo("promotion-flight-failed");
        assertThat(ended.message()).contains("errors");
      }
      world.writers.awaitProgress(Duration.ofSeconds(30));
      world.settledOn("source");
      assertThat(world.state()).isEqualTo("staged");
      assertThat(world.writers.failures())
          .as("who flew has seen errors, and nobody else")
          .isNotEmpty()
          .allMatch(failure -> failure.startsWith("w1-"));
      History.of(world.landfall, World.WORKLOAD).nobodyCameLongAfterTheVerdict(world.newApp);
    }
  }

  @Test
  void aFlightWhoseAnswersComeLateBringsItsUsersBackThoughNothingFails() throws Exception {
    try (var world = staged()) {
      try (var promote = world.landfall.start(world.promote())) {
        world.awaitState("flight 1 of 3");
        World.await("it is known what is slow", () -> world.history().contains("FlightBaselined"));
        world.newApp.slower(Duration.ofMillis(400));
        Landfall.Ended ended = promote.ended();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
        assertThat(ended.problem()).isEqualTo("promotion-flight-failed");
        assertThat(ended.message()).contains("slower than").contains("slow is above");
      }
      world.settledOn("source");
      assertThat(world.writers.failures()).isEmpty();
    }
  }

  @Test
  void whoRollsBackInTheMiddleOfAFlightHasEverybodyBack() throws Exception {
    try (var world = staged()) {
      try (var promote = world.landfall.start(world.promote())) {
        world.awaitState("flight 1 of 3");
        Landfall.Ended back = world.landfall.run(world.rollback());
        World.done(back, "staged");
        assertThat(promote.ended().code()).isEqualTo(3);
      }
      world.settledOn("source");
      assertThat(world.goOn("one").problem()).isEqualTo("promotion-no-flight");
      assertThat(world.writers.failures()).isEmpty();
    }
  }
}
