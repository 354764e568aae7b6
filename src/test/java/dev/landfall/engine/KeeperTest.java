package dev.landfall.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeeperTest {
  private static final Duration OFTEN = Duration.ofMillis(1);

  @Test
  void aClaimIsAskedForUntilItIsOverAlsoAfterTheServerWasAway() throws Exception {
    var asked = new CountDownLatch(3);
    var last = new AtomicInteger();
    try (var _ =
        new Keeper(
            OFTEN,
            () -> {
              asked.countDown();
              last.incrementAndGet();
              throw new OutsideException(Fault.UNREACHABLE, "cannot ask: it is away; wait");
            })) {
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    }
    int then = last.get();
    TimeUnit.MILLISECONDS.sleep(20);
    assertThat(last.get()).as("nobody asks once it is over").isEqualTo(then);
  }

  @Test
  void whatSomebodyElseHasIsNotAskedForAgain() throws Exception {
    var asked = new AtomicInteger();
    try (var _ = new Keeper(OFTEN, () -> asked.incrementAndGet() < 0)) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(asked.get()).isEqualTo(1);
  }
}
