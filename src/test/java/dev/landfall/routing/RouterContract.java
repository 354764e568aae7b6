package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every plane that carries users does alike, the fake of the tests included. */
public abstract class RouterContract extends HoldingPlaneContract {
  /** How the users of the tests say who they are. */
  protected static final Identity IDENTITY =
      new Identity(Optional.of("X-User"), Optional.empty(), Optional.of("X-Groups"));

  private static final Asker NAMED = asker("ann", "staff");
  private static final Asker KEPT = asker("bob", "staff");

  /**
   * Sends a request, which the service answers when told to.
   *
   * @param asker who says so in the headers of {@link #IDENTITY}; the address is the plane's to see
   */
  protected abstract Visitor visit(String method, Asker asker);

  @Override
  protected Visitor visit(String method) {
    return visit(method, Asker.UNKNOWN);
  }

  @Test
  public void anOrderIsReadBackAsItWasGiven() {
    RouteOrder order =
        new RouteOrder(
            7, source(), target(), flight(30), Optional.of(LONG), Optional.of("/healthz"));
    router().order(order);
    assertThat(router().look().order()).contains(order);
    assertThat(router().look().epoch()).isEqualTo(7);
  }

  @Test
  public void everyUserGoesWhereTheReferenceSorts() {
    router().order(leading(1, flight(30)));
    for (Asker asker : askers()) {
      assertThat(sideOf(asker)).as("%s", asker).isEqualTo(new Sorter(flight(30)).side(asker));
    }
  }

  @Test
  public void whoHasMovedStaysThereWhileTheShareGrows() {
    Set<Asker> moved = new HashSet<>();
    int percent = 1;
    for (int epoch = 1; percent <= 100; epoch++, percent = percent * 5 / 2 + 1) {
      router().order(leading(epoch, flight(percent)));
      for (Asker asker : askers()) {
        if (sideOf(asker) == Side.TARGET) {
          moved.add(asker);
        } else {
          assertThat(moved).as("moved before " + percent + " %%").doesNotContain(asker);
        }
      }
    }
    assertThat(moved).isNotEmpty().doesNotContain(KEPT);
  }

  @Test
  public void aHoldOfACohortSendsEverybodyWhereTheyBelong() {
    router().order(leading(1, flight(0)));
    router().order(held(2, 0, LONG));
    Visitor named = visit("GET", NAMED);
    Visitor kept = visit("GET", KEPT);
    eventually(() -> router().look().held() == 2);
    router().order(leading(3, flight(10)));
    eventually(() -> named.side().isPresent() && kept.side().isPresent());
    assertThat(named.side()).contains(Side.TARGET);
    assertThat(kept.side()).contains(Side.SOURCE);
    named.end();
    kept.end();
  }

  @Test
  public void readsAreUnderWayTooButMayBeGivenAgain() {
    router().order(order(1, 0));
    Visitor reads = visit("GET");
    Visitor writes = visit("POST");
    eventually(() -> reads.side().isPresent() && writes.side().isPresent());
    assertThat(router().look().inFlight()).isEqualTo(2);
    assertThat(router().look().inFlightUnsafe()).isEqualTo(1);
    writes.end();
    eventually(() -> router().look().inFlightUnsafe() == 0);
    assertThat(router().look().inFlight()).isEqualTo(1);
    reads.end();
    eventually(() -> router().look().inFlight() == 0);
  }

  private static Asker asker(String user, String... groups) {
    return new Asker(Optional.of(user), List.of(groups), Optional.empty());
  }

  private static List<Asker> askers() {
    var askers = new ArrayList<>(List.of(NAMED, KEPT, asker("name with; = signs")));
    for (int i = 0; i < 10; i++) {
      // Drawn before the service had a name for them.
      askers.add(
          new Asker(
              Optional.of("late-" + i), Optional.of("first-" + i), List.of(), Optional.empty()));
    }
    for (int i = 0; i < 40; i++) {
      askers.add(asker("user-" + i));
    }
    return askers;
  }

  /** A flight of staff and a share, without one of the staff. */
  private static Cohort flight(int percent) {
    return new Cohort(
        100 * percent,
        "a salt",
        IDENTITY,
        new Named(List.of("cid"), List.of("staff"), List.of(Network.parse("203.0.113.0/24"))),
        new Named(List.of("bob"), List.of(), List.of()));
  }

  private RouteOrder leading(long epoch, Cohort cohort) {
    return new RouteOrder(epoch, source(), target(), cohort, Optional.empty(), Optional.empty());
  }

  private Side sideOf(Asker asker) {
    Visitor visitor = visit("GET", asker);
    eventually(() -> visitor.side().isPresent());
    Side side = visitor.side().orElseThrow();
    visitor.end();
    return side;
  }
}
