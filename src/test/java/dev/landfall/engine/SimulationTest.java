package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.engine.Simulation.Result;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of lives of the control plane, in each of which other things go wrong at other moments.
 *
 * <p>Checked after every step are I1 to I3, I6 to I10 of the design; I4 and I5 belong to gates, of
 * which {@link GatedSimulationTest} knows. What exactly is checked, and what excuses a refused
 * request, {@link Watch}, {@link FlightWatch}, {@link OrderWatch}, {@link NameWatch} and {@link
 * Simulation} say. In one life of four users move in flights; in as many, databases are reached by
 * pools, and in one of five some users come by a name, or all.
 *
 * <p>{@code -Dlandfall.seeds=N} runs as many seeds, {@code -Dlandfall.seed=N} a single one, with
 * its trace.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("landfall.seeds", 10_000);

  private static Optional<Long> firstWrong(Flaw flaw, long seeds) {
    return Lives.firstWrong(
        seeds, seed -> Simulation.run(seed, flaw, false).violation().isPresent());
  }

  private static String story(long seed, Flaw flaw) {
    Result result = Simulation.run(seed, flaw, true);
    return "seed %d: %s%n%s%nto run it again: mvn test -Dtest=SimulationTest -Dlandfall.seed=%d"
        .formatted(
            seed,
            result.violation().orElse("nothing was wrong"),
            String.join("\n", result.trace()),
            seed);
  }

  @Test
  void whateverGoesWrongNoInvariantIsBrokenAndTheGoalIsReachedInTheEnd() {
    Long only = Long.getLong("landfall.seed");
    if (only != null) {
      assertThat(Simulation.run(only, Flaw.NONE, false).violation())
          .as(story(only, Flaw.NONE))
          .isEmpty();
      return;
    }
    Optional<Long> wrong = firstWrong(Flaw.NONE, SEEDS);
    assertThat(wrong).as(wrong.map(seed -> story(seed, Flaw.NONE)).orElse("")).isEmpty();
  }

  /** Each was wrong once: both sides accepted writes, a hold ran out, and a side was given up. */
  @ParameterizedTest
  @ValueSource(longs = {88_097, 102_027, 183_240, 267_291, 375_989})
  void whoWasLetGoIsLedToTheSideThatIsLeft(long seed) {
    assertThat(Simulation.run(seed, Flaw.NONE, false).violation())
        .as(story(seed, Flaw.NONE))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Flaws.class)
  void aFlawIsFound(Flaws flaw) {
    assertThat(firstWrong(flaw.flaw(), SEEDS))
        .as("the first of %d seeds in which %s does harm", SEEDS, flaw)
        .isPresent();
  }

  @ParameterizedTest
  @EnumSource(FlightFlaws.class)
  void aFlawOfFlightsIsFound(FlightFlaws flaw) {
    assertThat(firstWrong(flaw.flaw(), SEEDS))
        .as("the first of %d seeds in which %s does harm", SEEDS, flaw)
        .isPresent();
  }

  @ParameterizedTest
  @EnumSource(PlaneFlaws.class)
  void aFlawOfPlanesIsFound(PlaneFlaws flaw) {
    assertThat(firstWrong(flaw.flaw(), SEEDS))
        .as("the first of %d seeds in which %s does harm", SEEDS, flaw)
        .isPresent();
  }

  @ParameterizedTest
  @EnumSource(TwoWayFlaws.class)
  void aFlawOfTwoOwnersIsFound(TwoWayFlaws flaw) {
    assertThat(firstWrong(flaw.flaw(), SEEDS))
        .as("the first of %d seeds in which %s does harm", SEEDS, flaw)
        .isPresent();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed : List.of(3L, 5L, 8L)) {
      assertThat(Simulation.run(seed, Flaw.NONE, true))
          .isEqualTo(Simulation.run(seed, Flaw.NONE, true));
    }
  }
}
