package dev.landfall.adapter.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What of an answer is compared, and with what. */
class SamplesTest {
  private static Samples of(String... words) {
    var samples = new Samples(words.length);
    for (int i = 0; i < words.length; i++) {
      samples.note(i, 1, new Answer(words[i], false, false));
    }
    return samples;
  }

  @Test
  void aRedirectThatLeadsElsewhereEachTimeIsComparedByItsStatusAlone() {
    var words = new String[400];
    for (int i = 0; i < words.length; i++) {
      words[i] = "302 /order/" + i;
    }
    assertThat(of(words).answers(1)).containsExactly(Set.of("302"));
    Samples target = of("302 /order/9999", "200");
    assertThat(target.failOthers(List.of(Set.of("302")))).isEqualTo(Map.of(0, Map.of("200", 1)));
  }

  @Test
  void aPlaceThatIsCommonIsToldFromOthersAndARareOneCountsForNothing() {
    var words = new String[400];
    for (int i = 0; i < words.length; i++) {
      words[i] = i % 2 == 0 ? "302 /login" : "302 /start";
    }
    words[7] = "302 /odd";
    assertThat(of(words).answers(1)).containsExactly(Set.of("302 /login", "302 /start"));
    assertThat(of("302 /odd").failOthers(of(words).answers(1))).hasSize(1);
  }

  @Test
  void whatIsExpectedIsATextOrARegularExpressionAndNeverTakesForEver() {
    byte[] body = ("a".repeat(50_000) + "b").getBytes(StandardCharsets.UTF_8);
    assertThat(new Expectation("ab").isMet(body, StandardCharsets.UTF_8)).isTrue();
    assertThat(new Expectation("/a+b$/").isMet(body, StandardCharsets.UTF_8)).isTrue();
    assertThat(new Expectation("a+b").isMet(body, StandardCharsets.UTF_8)).isFalse();
    assertThat(new Expectation("/").isMet(body, StandardCharsets.UTF_8)).isFalse();
    boolean met =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> new Expectation("/(a*)*c/").isMet(body, StandardCharsets.UTF_8));
    assertThat(met).isFalse();
  }
}
