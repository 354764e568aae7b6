package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOLD = Duration.ofSeconds(5);

  @Test
  void aHoldEndsAtItsLimitToTheInstant() {
    Standing standing = Standing.none().take(order(1, 40, Optional.empty()), START);
    standing = standing.take(order(2, 100, Optional.of(HOLD)), START);
    Instant end = START.plus(HOLD);
    assertThat(standing.holding(end.minusNanos(1))).isTrue();
    assertThat(standing.inForce(end.minusNanos(1))).isEmpty();
    assertThat(standing.holding(end)).isFalse();
    assertThat(standing.holdRanOut(end)).isTrue();
    assertThat(standing.inForce(end)).contains(order(1, 40, Optional.empty()));
  }

  @Test
  void aHoldAfterOneThatRanOutIsANewOneAndGoesBackToTheSameShare() {
    Standing standing = Standing.none().take(order(1, 0, Optional.empty()), START);
    standing = standing.take(order(2, 0, Optional.of(HOLD)), START);
    Instant later = START.plus(HOLD).plusSeconds(1);
    standing = standing.take(order(3, 100, Optional.of(HOLD)), later);
    assertThat(standing.holding(later.plusSeconds(4))).isTrue();
    assertThat(standing.inForce(later.plus(HOLD))).contains(order(1, 0, Optional.empty()));
  }

  @Test
  void holdsThatFollowEachOtherNeverAddUp() {
    Standing standing = Standing.none();
    Instant now = START;
    for (int epoch = 1; epoch <= 10; epoch++) {
      standing = standing.take(order(epoch, 0, Optional.of(HOLD)), now);
      now = now.plusMillis(600);
    }
    assertThat(standing.heldUntil())
        .as("after the ninth began anew")
        .contains(START.plusMillis(9 * 600).plus(HOLD));
  }

  @Test
  void onlyALowerEpochIsTooLate() {
    Standing standing = Standing.none().take(order(5, 0, Optional.empty()), START);
    assertThat(standing.outdates(order(4, 0, Optional.empty()))).isTrue();
    assertThat(standing.outdates(order(5, 100, Optional.empty()))).isFalse();
    assertThat(standing.outdates(order(6, 0, Optional.empty()))).isFalse();
  }

  private static RouteOrder shared(long epoch, int share, Optional<Duration> hold) {
    var identity =
        new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty()).namedAlone();
    return new RouteOrder(
        epoch,
        "http://a:1",
        "http://b:1",
        new Cohort(share, "salt", identity, Named.NOBODY, Named.NOBODY),
        hold,
        Optional.empty());
  }

  /** Two owners of the data: what they wrote meanwhile would not be there yet. */
  @Test
  void whoWasLetGoAsAHoldRanOutIsNotLedOnByWhatComesLate() {
    Standing standing =
        Standing.none()
            .take(shared(1, 100, Optional.empty()), START)
            .take(shared(2, 100, Optional.of(HOLD)), START);
    Instant late = START.plus(HOLD);
    assertThat(standing.letGoBefore(shared(3, 5000, Optional.empty()), late.minusMillis(1)))
        .as("they wait still")
        .isFalse();
    assertThat(standing.letGoBefore(shared(3, 5000, Optional.empty()), late)).isTrue();
    assertThat(standing.letGoBefore(order(3, 100, Optional.empty()), late)).isTrue();
    assertThat(standing.letGoBefore(shared(4, 100, Optional.empty()), late))
        .as("back to what they were let go by")
        .isFalse();
    assertThat(standing.letGoBefore(order(4, 0, Optional.empty()), late))
        .as("everybody back to the source, behind a fence")
        .isFalse();
    assertThat(standing.letGoBefore(shared(4, 100, Optional.of(HOLD)), late)).isFalse();
  }

  @Test
  void whoWasLetGoIsLedWhereverALaterDecisionSaysAsWhenASideIsGivenUp() {
    Standing standing =
        Standing.none()
            .take(shared(1, 100, Optional.empty()), START)
            .take(shared(2, 100, Optional.of(HOLD)), START);
    Instant late = START.plus(HOLD);
    RouteOrder everybody = order(4, 100, Optional.empty());
    assertThat(standing.letGoBefore(everybody, late)).isFalse();
    assertThat(standing.take(everybody, late).inForce(late)).contains(everybody);
  }

  @Test
  void aRouterThatLostItsStateWhileItHeldTakesTheOrderThatLeavesEverybodyWhereTheyWere() {
    Standing standing = Standing.none().take(shared(2, 100, Optional.of(HOLD)), START);
    Instant late = START.plus(HOLD);
    assertThat(standing.inForce(late).orElseThrow().cohort().isNobody()).isTrue();
    assertThat(standing.letGoBefore(shared(3, 100, Optional.empty()), late)).isFalse();
    assertThat(standing.letGoBefore(shared(3, 5000, Optional.empty()), late)).isTrue();
  }

  private static RouteOrder order(long epoch, int percent, Optional<Duration> hold) {
    return new RouteOrder(
        epoch, "http://a:1", "http://b:1", Cohort.ofShare(100 * percent), hold, Optional.empty());
  }
}
