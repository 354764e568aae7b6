package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What every plane that can hold does alike, whoever it carries: those that know users, and those
 * that lead to the owner of a database.
 */
public abstract class HoldingPlaneContract {
  /** A hold that no test waits out. */
  protected static final Duration LONG = Duration.ofSeconds(30);

  /** One that tests do wait out; long enough for a request to arrive in it on a busy machine. */
  private static final Duration SHORT = Duration.ofMillis(1500);

  /** A user's request that a test follows. */
  public interface Visitor {
    /** The side that it reached; absent while it waits or when it was refused. */
    Optional<Side> side();

    /** Lets the service answer; returns once the answer has arrived. */
    void end();
  }

  protected abstract Router router();

  protected abstract String source();

  protected abstract String target();

  /** Sends what somebody nobody knows sends, which is answered when it is told to. */
  protected abstract Visitor visit(String method);

  /** Lets time pass, in truth or by the clock of the test. */
  protected void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the plane without warning, and starts it again on what it had written down. */
  protected abstract void restart();

  @Test
  public void aPlaneWithoutAnOrderHasNone() {
    RouteSeen seen = router().look();
    assertThat(seen.fault()).isEmpty();
    assertThat(seen.order()).isEmpty();
    assertThat(seen.epoch()).isZero();
    assertThat(seen.holding()).isFalse();
  }

  @Test
  public void aPlaneThatTakesOrdersCanLeadUsersToBothSides() {
    assertThat(router().look().unable()).isEmpty();
    router().order(order(1, 0));
    assertThat(router().look().unable()).isEmpty();
  }

  @Test
  public void aShareOfZeroAndOneOfHundredAreExact() {
    router().order(order(1, 0));
    assertThat(sidesOf(120)).containsOnly(Side.SOURCE);
    router().order(order(2, 100));
    assertThat(sidesOf(120)).containsOnly(Side.TARGET);
  }

  @Test
  public void requestsThatWaitGoByTheNewOrderWhenItComes() {
    router().order(order(1, 0));
    router().order(held(2, 0, LONG));
    Visitor first = visit("POST");
    Visitor second = visit("GET");
    eventually(() -> router().look().held() == 2);
    assertThat(first.side()).isEmpty();
    assertThat(router().look().holding()).isTrue();
    assertThat(router().look().inFlight()).isZero();

    router().order(order(3, 100));

    eventually(() -> first.side().isPresent() && second.side().isPresent());
    assertThat(first.side()).contains(Side.TARGET);
    assertThat(second.side()).contains(Side.TARGET);
    assertThat(router().look().holding()).isFalse();
    assertThat(router().look().holdRanOut()).isFalse();
    first.end();
    second.end();
    assertThat(router().look().refused()).isZero();
  }

  @Test
  public void aHoldMayBeEndedByAnOrderOfTheSameEpoch() {
    router().order(held(2, 0, LONG));
    router().order(order(2, 100));
    assertThat(sidesOf(1)).containsExactly(Side.TARGET);
  }

  @Test
  public void aHoldThatRunsOutSendsRequestsBackToWhereTheyWentBefore() {
    router().order(order(1, 0));
    router().order(held(2, 100, SHORT));
    Visitor waits = visit("POST");
    eventually(() -> router().look().held() == 1);

    pass(SHORT.plusMillis(50));

    eventually(() -> waits.side().isPresent());
    assertThat(waits.side()).contains(Side.SOURCE);
    RouteSeen seen = router().look();
    assertThat(seen.holding()).isFalse();
    assertThat(seen.holdRanOut()).isTrue();
    assertThat(seen.held()).isZero();
    assertThat(seen.refused()).isZero();
    assertThat(seen.heldMax()).isBetween(Duration.ofMillis(1), SHORT.plusSeconds(4));
    assertThat(sidesOf(20)).containsOnly(Side.SOURCE);
    waits.end();
  }

  @Test
  public void aFirstOrderWhoseHoldRunsOutGoesToTheSource() {
    router().order(held(1, 100, SHORT));
    pass(SHORT.plusMillis(50));
    assertThat(sidesOf(3)).containsOnly(Side.SOURCE);
  }

  @Test
  public void theSameHoldGivenAgainIsNotMadeLonger() {
    router().order(order(1, 0));
    router().order(held(2, 0, SHORT));
    pass(SHORT.dividedBy(2));
    router().order(held(2, 0, SHORT));
    pass(SHORT.dividedBy(2).plusMillis(50));
    assertThat(router().look().holdRanOut()).isTrue();
    router().order(held(2, 0, SHORT));
    assertThat(router().look().holding()).as("a hold that ran out does not begin again").isFalse();
  }

  @Test
  public void aHoldThatFollowsAHoldDoesNotBeginAnew() {
    router().order(order(1, 0));
    router().order(held(2, 0, SHORT));
    pass(SHORT.dividedBy(2));
    router().order(held(3, 100, SHORT));
    pass(SHORT.dividedBy(2).plusMillis(50));
    assertThat(router().look().holdRanOut()).isTrue();
    assertThat(sidesOf(3)).containsOnly(Side.SOURCE);
  }

  @Test
  public void anOrderOlderThanTheOneInForceIsRefusedAndChangesNothing() {
    router().order(order(5, 0));
    assertThatThrownBy(() -> router().order(order(4, 100)))
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code().id()).endsWith("-stale-order"))
        .hasMessageContaining("epoch 4")
        .hasMessageContaining("epoch 5");
    assertThat(router().look().order()).contains(order(5, 0));
    assertThat(sidesOf(5)).containsOnly(Side.SOURCE);
  }

  @Test
  public void theSameOrderTwiceIsTheSameAsOnce() {
    router().order(order(5, 100));
    router().order(order(5, 100));
    assertThat(router().look().order()).contains(order(5, 100));
  }

  @Test
  public void aPlaneThatStartsAgainHasItsLastOrder() {
    router().order(order(9, 100));
    restart();
    assertThat(router().look().order()).contains(order(9, 100));
    assertThat(sidesOf(5)).containsOnly(Side.TARGET);
    assertThatThrownBy(() -> router().order(order(8, 0))).isInstanceOf(OutsideException.class);
  }

  @Test
  public void aPlaneThatStartsAgainInAHoldHoldsForWhatIsLeftOfIt() {
    Duration hold = Duration.ofSeconds(3);
    router().order(order(1, 0));
    router().order(held(2, 100, hold));
    pass(Duration.ofMillis(200));
    restart();
    assertThat(router().look().holding()).isTrue();
    pass(hold);
    assertThat(router().look().holdRanOut()).isTrue();
    assertThat(sidesOf(3)).containsOnly(Side.SOURCE);
  }

  @Test
  public void anOrderForAllIsReadBackAsItWasGiven() {
    RouteOrder order =
        new RouteOrder(
            7, source(), target(), Cohort.EVERYBODY, Optional.of(LONG), Optional.of("/healthz"));
    router().order(order);
    assertThat(router().look().order()).contains(order);
    assertThat(router().look().epoch()).isEqualTo(7);
  }

  @Test
  public void writesUnderWayAreCountedUntilTheyAreAnswered() {
    router().order(order(1, 0));
    Visitor writes = visit("POST");
    eventually(() -> writes.side().isPresent());
    assertThat(router().look().inFlight()).isEqualTo(1);
    assertThat(router().look().inFlightUnsafe()).isEqualTo(1);

    router().order(held(2, 0, LONG));
    Visitor waits = visit("PUT");
    eventually(() -> router().look().held() == 1);
    assertThat(router().look().inFlightUnsafe()).as("who waits is not under way").isEqualTo(1);
    writes.end();
    eventually(() -> router().look().inFlightUnsafe() == 0);

    router().order(order(3, 100));
    eventually(() -> waits.side().isPresent());
    assertThat(router().look().inFlightUnsafe()).isEqualTo(1);
    waits.end();
    eventually(() -> router().look().inFlight() == 0);
  }

  protected RouteOrder order(long epoch, int targetPercent) {
    return new RouteOrder(
        epoch,
        source(),
        target(),
        Cohort.ofShare(100 * targetPercent),
        Optional.empty(),
        Optional.empty());
  }

  protected RouteOrder held(long epoch, int targetPercent, Duration hold) {
    return new RouteOrder(
        epoch,
        source(),
        target(),
        Cohort.ofShare(100 * targetPercent),
        Optional.of(hold),
        Optional.empty());
  }

  /** The sides of so many requests, one after the other. */
  private List<Side> sidesOf(int requests) {
    var sides = new ArrayList<Side>();
    for (int i = 0; i < requests; i++) {
      Visitor visitor = visit("GET");
      eventually(() -> visitor.side().isPresent());
      visitor.side().ifPresent(sides::add);
      visitor.end();
    }
    return sides;
  }

  /** Looks again for a few seconds where things take real time. */
  protected void eventually(BooleanSupplier condition) {
    Eventually.within(Duration.ofSeconds(5), condition);
  }
}
