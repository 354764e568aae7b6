package dev.landfall.adapter.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.routing.Asker;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Standing;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Gate gate = new Gate(now::get, 2, Standing.none());

  private static Asker somebody(Identity identity) {
    return Asker.UNKNOWN;
  }

  @Test
  void whoWaitsGoesOnInTheOrderOfArrival() {
    take(order(1, 0, Optional.of(Duration.ofSeconds(5))));
    var wentOn = new ArrayList<String>();
    gate.enter(
        true,
        GateTest::somebody,
        passage -> wentOn.add("first to " + passage.upstream().side().word()));
    gate.enter(
        false,
        GateTest::somebody,
        passage -> wentOn.add("second to " + passage.upstream().side().word()));
    take(order(2, 100, Optional.empty()));
    assertThat(wentOn).containsExactly("first to target", "second to target");
    assertThat(gate.look(Optional.empty(), Optional.empty(), List.of()).inFlightUnsafe())
        .isEqualTo(1);
  }

  private static Asker named(Identity identity) {
    return new Asker(Optional.of("anna"), List.of(), Optional.empty());
  }

  private RouteOrder shared(long epoch, Optional<Duration> hold) {
    var identity =
        new Identity(Optional.of("X-User"), Optional.empty(), Optional.empty()).namedAlone();
    RouteOrder plain = order(epoch, 0, hold);
    return new RouteOrder(
        epoch,
        plain.source(),
        plain.target(),
        new Cohort(0, "salt", identity, Named.NOBODY, Named.NOBODY),
        hold,
        Optional.empty());
  }

  private RouteSeen look() {
    return gate.look(Optional.empty(), Optional.empty(), List.of());
  }

  /** Two owners of the data: a name that comes later would change the side without a barrier. */
  @Test
  void whoMayWriteAndNamesNobodyIsRefusedAlsoInAHoldWhileBothSidesAcceptWrites() {
    for (Optional<Duration> hold :
        List.of(Optional.<Duration>empty(), Optional.of(Duration.ofSeconds(5)))) {
      take(shared(1 + hold.map(Duration::toSeconds).orElse(0L), hold));
      assertThat(gate.enter(true, GateTest::somebody, passage -> {}))
          .isEqualTo(new Gate.Entry.Unnamed());
      assertThat(gate.enter(true, GateTest::named, passage -> {}))
          .isNotInstanceOf(Gate.Entry.Unnamed.class);
      assertThat(gate.enter(false, GateTest::somebody, passage -> {}))
          .as("who only reads need not be anybody")
          .isNotInstanceOf(Gate.Entry.Unnamed.class);
    }
    assertThat(look().refused()).isEqualTo(2);
    take(order(7, 0, Optional.empty()));
    assertThat(gate.enter(true, GateTest::somebody, passage -> {}))
        .isInstanceOf(Gate.Entry.Passes.class);
  }

  /** What it carries may be written on the side that its user is about to leave. */
  @Test
  void anOpenTunnelCountsAsUnderWayWhileBothSidesAcceptWritesAndNoOtherIsOpened() {
    take(order(1, 0, Optional.empty()));
    assertThat(gate.opensTunnel()).isTrue();
    assertThat(look().inFlightUnsafe()).isZero();
    take(shared(2, Optional.empty()));
    assertThat(look().inFlightUnsafe()).isEqualTo(1);
    assertThat(look().inFlight()).isEqualTo(1);
    assertThat(gate.opensTunnel()).isFalse();
    gate.tunnelClosed();
    assertThat(look().inFlightUnsafe()).isZero();
  }

  @Test
  void aFullQueueRefusesAndSaysHowLongTheHoldMayLast() {
    take(order(1, 0, Optional.of(Duration.ofSeconds(5))));
    gate.enter(true, GateTest::somebody, passage -> {});
    gate.enter(true, GateTest::somebody, passage -> {});
    assertThat(gate.enter(true, GateTest::somebody, passage -> {}))
        .isEqualTo(new Gate.Entry.Full(Duration.ofSeconds(5)));
    assertThat(gate.look(Optional.empty(), Optional.empty(), List.of()).refused()).isEqualTo(1);
    assertThat(gate.look(Optional.empty(), Optional.empty(), List.of()).held()).isEqualTo(2);
  }

  @Test
  void whoComesAfterAHoldRanOutFindsThoseBeforeGone() {
    take(order(1, 100, Optional.empty()));
    take(order(2, 0, Optional.of(Duration.ofSeconds(5))));
    var wentOn = new ArrayList<Side>();
    gate.enter(true, GateTest::somebody, passage -> wentOn.add(passage.upstream().side()));
    now.set(START.plusSeconds(5));
    assertThat(gate.enter(true, GateTest::somebody, passage -> {}))
        .isInstanceOf(Gate.Entry.Passes.class);
    assertThat(wentOn).containsExactly(Side.TARGET);
  }

  @Test
  void whoLeavesIsNotSentOn() {
    take(order(1, 0, Optional.of(Duration.ofSeconds(5))));
    var wentOn = new AtomicInteger();
    if (gate.enter(true, GateTest::somebody, passage -> wentOn.incrementAndGet())
        instanceof Gate.Entry.Waits(Gate.Waiter waiter)) {
      gate.leave(waiter);
    }
    take(order(2, 100, Optional.empty()));
    assertThat(wentOn).hasValue(0);
    assertThat(gate.look(Optional.empty(), Optional.empty(), List.of()).inFlight()).isZero();
  }

  /** In the midst of a request's entry a hold is ordered: it comes before or after, not between. */
  @Test
  void afterAChangeNobodyPassesWhoWasNotCountedBefore() throws Exception {
    var meanwhile = new AtomicReference<Runnable>(() -> {});
    var gate =
        new Gate(
            () -> {
              meanwhile.getAndSet(() -> {}).run();
              return START;
            },
            2,
            Standing.none());
    take(gate, order(1, 0, Optional.empty()));
    var held = new AtomicLong(-1);
    var other =
        new Thread(() -> {
          take(gate, order(2, 0, Optional.of(Duration.ofSeconds(5))));
          held.set(gate.look(Optional.empty(), Optional.empty(), List.of()).inFlight());
        });
    meanwhile.set(() -> {
      other.start();
      join(other, 200);
    });
    Gate.Entry entry = gate.enter(true, GateTest::somebody, passage -> {});
    join(other, 10_000);
    assertThat(held.get())
        .as("what passes is seen once the hold is acknowledged")
        .isEqualTo(entry instanceof Gate.Entry.Passes ? 1 : 0);
  }

  private static void join(Thread thread, long millis) {
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void take(RouteOrder order) {
    take(gate, order);
  }

  private static void take(Gate gate, RouteOrder order) {
    gate.change(gate.standing().take(order, gate.clock().instant()));
  }

  private static RouteOrder order(long epoch, int percent, Optional<Duration> hold) {
    return new RouteOrder(
        epoch, "http://a:1", "http://b:1", Cohort.ofShare(100 * percent), hold, Optional.empty());
  }

  /** Kept here so that the list of what a service may be called is tested beside its use. */
  @Test
  void aServiceIsNamedByHostAndPort() {
    for (String text : List.of("http://10.0.0.1:80", "10.0.0.1:80", "http://10.0.0.1/")) {
      assertThat(Upstream.parse(Side.SOURCE, text))
          .isEqualTo(new Upstream(Side.SOURCE, "10.0.0.1", 80, false));
    }
    assertThat(Upstream.parse(Side.TARGET, "https://shop.test"))
        .isEqualTo(new Upstream(Side.TARGET, "shop.test", 443, true));
    for (String text : List.of("", "ftp://a:1", "http://a:1/path", "a b", "http://:80")) {
      assertThatThrownBy(() -> Upstream.parse(Side.SOURCE, text))
          .hasMessageContaining("cannot route to the source");
    }
  }
}
