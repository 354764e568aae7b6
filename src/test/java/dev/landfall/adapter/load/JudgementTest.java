package dev.landfall.adapter.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.load.Judgement.Margins;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the judge of flights says of measured latencies, in no time. */
class JudgementTest {
  private static final Load LOAD =
      new Load(List.of("/"), Map.of(), 50, Duration.ofMinutes(10), Duration.ofSeconds(10));
  private static final Margins MARGINS = new Margins(0.25, 0.01);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path folder;

  /** Latencies as of a real service: log-normal around 20 ms; failed where it is negative. */
  private static Samples samples(long seed, IntToLongFunction more) {
    var random = new SplittableRandom(seed);
    var samples = new Samples(LOAD.requests());
    for (int i = 0; i < samples.count(); i++) {
      long extra = more.applyAsLong(i);
      long usual = (long) (20_000 * Math.exp(0.5 * random.nextGaussian()));
      samples.note(i, usual + Math.abs(extra), Answer.of(extra < 0 ? 500 : 200));
    }
    return samples;
  }

  private static Recorded source(long seed) {
    return Recorded.of(samples(seed, _ -> 0), LOAD, Duration.ZERO, NOON, "shop");
  }

  private static Optional<String> judged(long seed, IntToLongFunction more) {
    return Judgement.of(source(seed), samples(seed + 1000, more), LOAD, MARGINS);
  }

  @Test
  void nearlyAllThatAreAsGoodPassAndNoneFails() {
    int passed = 0;
    for (int seed = 0; seed < 60; seed++) {
      Optional<String> why = judged(seed, _ -> 0);
      passed += why.isEmpty() ? 1 : 0;
      assertThat(why.orElse("")).doesNotContain("is proven, at");
    }
    assertThat(passed).isGreaterThan(54);
  }

  @Test
  void pathsThatComeInTurnAndAreNotAlikeAreNoNoise() {
    IntToLongFunction paths = i -> i % 2 == 0 ? 30_000 : i % 20 == 1 ? 60_000 : 0;
    int passed = 0;
    for (int seed = 0; seed < 10; seed++) {
      Recorded source = Recorded.of(samples(seed, paths), LOAD, Duration.ZERO, NOON, "shop");
      passed += Judgement.of(source, samples(seed + 50, paths), LOAD, MARGINS).isEmpty() ? 1 : 0;
    }
    assertThat(passed).isGreaterThanOrEqualTo(8);
  }

  @Test
  void noneThatIsWorsePasses() {
    for (int seed = 0; seed < 15; seed++) {
      assertThat(judged(seed, i -> i % 10 == 0 ? 40_000 : 0)).as("one in ten slower").isPresent();
      assertThat(judged(seed, _ -> 15_000)).as("all slower").isPresent();
      assertThat(judged(seed, i -> i % 25 == 0 ? -1 : 0)).as("4 %% fail").isPresent();
      assertThat(judged(seed, i -> i > 28_000 ? 100_000 : 0)).as("slow at the end").isPresent();
    }
  }

  @Test
  void aStallOfTwoSecondsIsSeenWithItsFullWeight() {
    // 100 requests fall into it, and wait for what is left of it.
    IntToLongFunction stall = i -> i >= 10_000 && i < 10_100 ? (10_100 - i) * 20_000L : 0;
    assertThat(judged(3, stall)).isPresent();
    Samples target = samples(5, stall);
    assertThat(target.quantile(0.998, 6_000)).isGreaterThan(500_000);
  }

  @Test
  void whatWasRecordedIsReadBackAsItWas() throws Exception {
    var file = new BaselineFile(folder.resolve("baseline.json"), Duration.ofHours(1));
    assertThat(file.read()).isEmpty();
    Recorded recorded = source(1);
    file.write(recorded);
    assertThat(file.read()).contains(recorded);
    assertThat(against(file, recorded, "shop", LOAD, NOON.plusSeconds(3_599))).isEmpty();
  }

  private static Optional<String> against(
      BaselineFile file, Recorded recorded, String question, Load load, Instant now) {
    return file.against(recorded, question, load, MARGINS.tolerated(), now);
  }

  /** Each of them would let a target pass that is compared with something else. */
  @Test
  void whatIsOfAnotherLoadOrTooOldOrOfASourceInTroubleIsNotUsedAndToldWhy() {
    var file = new BaselineFile(folder.resolve("baseline.json"), Duration.ofHours(1));
    Recorded recorded = source(1);
    assertThat(against(file, recorded, "shop", LOAD, NOON.plusSeconds(3_600)))
        .contains("it is of %s, and counts for PT1H".formatted(NOON));
    assertThat(against(file, recorded, "shop", LOAD, NOON.minusSeconds(1)))
        .contains("it says that it is of %s, which is to come".formatted(NOON));
    String another = "it is of another load, or of another source";
    assertThat(against(file, recorded, "another shop", LOAD, NOON)).contains(another);
    var longer =
        new Load(
            LOAD.paths(),
            LOAD.expected(),
            LOAD.perSecond(),
            LOAD.lasting().plusSeconds(10),
            LOAD.answerMax());
    assertThat(against(file, recorded, "shop", longer, NOON)).contains(another);
    Recorded troubled =
        Recorded.of(samples(1, i -> i % 25 == 0 ? -1 : 0), LOAD, Duration.ZERO, NOON, "shop");
    assertThat(against(file, troubled, "shop", LOAD, NOON).orElse(""))
        .endsWith(" requests to the source failed");
  }
}
