package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Eventually;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions in the background, of which none here is sent to anybody. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AskingTest {
  private static final PrometheusSettings.Queries QUERIES =
      new PrometheusSettings.Queries("hits", "fails", Optional.empty());

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final Asking asking =
      new Asking(
          new PrometheusSettings(
              URI.create("http://127.0.0.1:9"),
              Optional.empty(),
              Duration.ofMinutes(1),
              Duration.ofSeconds(1),
              QUERIES,
              QUERIES),
          () -> Optional.of("s3cret"),
          Duration.ofDays(1));

  private void ask(Asking.Question<String> question) {
    asking.soon(question, told::add, why -> told.add("missed: " + why));
  }

  /** Until the question before is over. */
  private String answer(Asking.Question<String> question) throws InterruptedException {
    asking.hurry();
    Eventually.within(
        Duration.ofSeconds(30),
        () -> {
          ask(question);
          return !told.isEmpty();
        });
    return told.take();
  }

  @Test
  void oneQuestionIsPutAtATimeAndTheNextWhenItIsDue() throws InterruptedException {
    var answered = new CountDownLatch(1);
    ask((client, round) -> {
      try {
        answered.await();
        return "first";
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    asking.hurry();
    ask((client, round) -> "while another is under way");
    answered.countDown();
    assertThat(told.take()).isEqualTo("first");
    assertThat(answer((client, round) -> "second")).isEqualTo("second");

    ask((client, round) -> "a moment later");
    assertThat(answer((client, round) -> "about another thing")).isEqualTo("about another thing");
    assertThat(told).isEmpty();
  }

  @Test
  void whyThereIsNoAnswerIsToldWithoutTheToken() throws InterruptedException {
    assertThat(
            answer((client, round) -> {
              throw new OutsideException(PrometheusProblem.ANSWER, "it said s3cret");
            }))
        .isEqualTo("missed: it said ***");
    assertThat(
            answer((client, round) -> {
              throw new IllegalStateException("s3cret");
            }))
        .as("what was told before must not stay as if it were so now")
        .startsWith("missed: what Prometheus answered cannot be used, IllegalStateException at ")
        .doesNotContain("s3cret");
    assertThat(answer((client, round) -> "well again")).isEqualTo("well again");
  }

  @Test
  void whoIsClosedAsksNobody() {
    asking.close();
    assertThatThrownBy(() -> asking.now((client, round) -> "asked"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("it is closed");
    ask((client, round) -> "asked");
    assertThat(told).isEmpty();
  }
}
