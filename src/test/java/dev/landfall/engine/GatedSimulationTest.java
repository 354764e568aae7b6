package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The lives of {@link SimulationTest} behind gates: checks that see what is there, people who sign
 * with keys, forge, withdraw and break the glass, files that are edited, calendars, evidence that
 * gets too old, a target that changes, programs that are killed between any two steps, and clocks
 * that differ by seconds.
 *
 * <p>Checked besides is that nobody is moved past a gate, nor by people who have two duties that
 * are kept apart (I4, I5); that nobody is kept back for nothing, and whoever does what {@code
 * ready} says can go on; that {@code ready} says what happens; that nothing is counted twice; that
 * no gate bars the way back; and that each history passes the audit. {@link GateReferee} says so,
 * and knows nothing of how gates are judged.
 *
 * <p>{@code -Dlandfall.gated.seeds=N} runs as many seeds, {@code -Dlandfall.gated.seed=N} a single
 * one, with its trace.
 */
class GatedSimulationTest {
  private static final long SEEDS = Long.getLong("landfall.gated.seeds", 250);

  /** A mistake that shows in few lives is looked for in more: whatever is found ends that. */
  private static final long FLAWED_SEEDS = 4 * SEEDS;

  private static String story(long seed, Flaw flaw) {
    Simulation.Result result = Simulation.gated(seed, flaw, true);
    return "seed %d: %s%n%s%nto run it again: mvn test -Dtest=GatedSimulationTest"
            .formatted(
                seed,
                result.violation().orElse("nothing was wrong"),
                String.join("\n", result.trace()))
        + " -Dlandfall.gated.seed="
        + seed;
  }

  private static boolean isWrong(long seed, Flaw flaw) {
    return Simulation.gated(seed, flaw, false).violation().isPresent();
  }

  @Test
  void whateverGoesWrongNobodyIsMovedPastAGateAndNobodyIsKeptBackForGood() {
    Long only = Long.getLong("landfall.gated.seed");
    if (only != null) {
      assertThat(Simulation.gated(only, Flaw.NONE, false).violation())
          .as(story(only, Flaw.NONE))
          .isEmpty();
      return;
    }
    Optional<Long> wrong = Lives.firstWrong(SEEDS, seed -> isWrong(seed, Flaw.NONE));
    assertThat(wrong).as(wrong.map(seed -> story(seed, Flaw.NONE)).orElse("")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(GateFlaws.class)
  void aFlawOfGatesIsFound(GateFlaws flaw) {
    Optional<Long> found =
        Lives.firstWrong(FLAWED_SEEDS, seed -> flaw.matters(seed) && isWrong(seed, flaw.flaw()));
    assertThat(found)
        .as("the first of %d seeds in which %s does harm", FLAWED_SEEDS, flaw)
        .isPresent();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed : List.of(3L, 5L, 8L)) {
      assertThat(Simulation.gated(seed, Flaw.NONE, true))
          .isEqualTo(Simulation.gated(seed, Flaw.NONE, true));
    }
  }
}
