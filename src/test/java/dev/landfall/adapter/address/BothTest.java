package dev.landfall.adapter.address;

import static dev.landfall.adapter.address.AddressWorld.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.address.Both.Look;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is made of what two agents answer. */
class BothTest {
  private static final RouteOrder AT_TARGET = order(4, Side.TARGET);

  private static Look silent() {
    return failing(AddressProblem.UNREACHABLE, "no answer");
  }

  private static Look failing(AddressProblem problem, String why) {
    return Look.of(() -> {
      throw new OutsideException(problem, why);
    });
  }

  private static Look seen(boolean has, boolean present, boolean gone) {
    return seen(has, present, gone, Optional.empty(), Optional.empty());
  }

  private static Look seen(
      boolean has,
      boolean present,
      boolean gone,
      Optional<String> cannotTake,
      Optional<String> cannotLeave) {
    var kept = Optional.of(new AgentOrder(AT_TARGET, has, false));
    return Look.of(() ->
        new AgentSeen(
            "192.0.2.10/32", kept, present, gone, cannotTake, cannotLeave, Optional.empty()));
  }

  @Test
  void anOrderIsInForceOnlyWhenTheOtherHostHasTheAddressNowhere() {
    Look owner = seen(true, true, false);
    assertThat(new Both(seen(false, false, true), owner).order()).contains(AT_TARGET);
    assertThat(new Both(seen(false, false, false), owner).order())
        .as("with another prefix, or on another interface")
        .isEmpty();
    assertThat(new Both(seen(false, true, false), owner).order()).isEmpty();
  }

  @Test
  void aHostThatHasTheAddressElsewhereThanOrderedDoesNotOwnIt() {
    var both = new Both(seen(false, false, true), seen(true, false, false));
    assertThat(both.order()).isEmpty();
    assertThat(both.fault(false)).isEmpty();
  }

  @Test
  void whoCannotBeAskedCannotBeLedTo() {
    var both = new Both(silent(), seen(true, true, false));
    assertThat(both.fault(false)).isEmpty();
    assertThat(both.order()).contains(AT_TARGET);
    assertThat(both.unable()).isEqualTo(Map.of(Side.SOURCE, "no answer"));
  }

  @Test
  void nobodyIsLedToWhoCannotTakeItNorAwayFromWhoCannotLetItGo() {
    Look free = seen(false, false, true, Optional.of("no right"), Optional.empty());
    assertThat(new Both(free, seen(true, true, false)).unable())
        .isEqualTo(Map.of(Side.SOURCE, "the source's host cannot take it: no right"));
    Look stuck = seen(true, true, false, Optional.empty(), Optional.of("no room"));
    assertThat(new Both(seen(false, false, true), stuck).unable())
        .isEqualTo(Map.of(Side.SOURCE, "the target's host cannot let it go: no room"));
  }

  /** The database of a lost host may answer, and users are to come back from it. */
  @Test
  void aSilentHostThatTheAddressWasLeftToIsKnownFromTheOtherWhenItIsTakenToBeOff() {
    var both = new Both(seen(false, false, true), silent());
    assertThat(both.fault(false)).contains("no answer");
    assertThat(both.fault(true)).isEmpty();
    assertThat(both.left()).contains(Side.SOURCE);
    assertThat(both.order()).contains(AT_TARGET);
    assertThat(both.unable()).isEqualTo(Map.of(Side.TARGET, "no answer"));
  }

  @Test
  void whoAnswersIsNotOffAndWhoLostAConflictLeftNothingToAnybody() {
    var refuses = new Both(seen(false, false, true), failing(AddressProblem.TOKEN, "not the one"));
    assertThat(refuses.fault(true)).contains("not the one");
    // The target was to take it, and somebody else answered for it.
    var lost = new Both(silent(), seen(false, false, true));
    assertThat(lost.fault(true)).contains("no answer");
    // It is still on the host that was to let it go.
    var stays = new Both(seen(false, false, false), silent());
    assertThat(stays.fault(true)).contains("no answer");
  }
}
