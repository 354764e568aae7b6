package dev.landfall.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name as a plane that takes orders, on real servers. */
class DnsRouterIT {
  private static final Duration LOW = Duration.ofSeconds(2);
  private static final int FULL_SECONDS = 4;
  private static final String OLD = "http://192.0.2.10:80";
  private static final String NEW = "http://198.51.100.20:80";

  @TempDir private Path folder;

  private static RouteOrder order(long epoch, Side users, boolean prepare) {
    Cohort cohort = users == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY;
    return new RouteOrder(
        epoch, OLD, NEW, cohort, Optional.empty(), Optional.of("/healthz"), prepare);
  }

  private static DnsRouter router(DnsWorld world) {
    return new DnsRouter(
        world.settings(LOW),
        world::secret,
        (service, path) -> service.equals(NEW) && path.equals(Optional.of("/healthz")),
        Clock.systemUTC());
  }

  private static RouteSeen await(DnsRouter router, Predicate<RouteSeen> condition)
      throws Exception {
    Instant limit = Instant.now().plusSeconds(60);
    while (true) {
      RouteSeen seen = router.look();
      if (condition.test(seen)) {
        return seen;
      }
      assertThat(Instant.now()).as("%s", seen).isBefore(limit);
      Thread.sleep(50);
    }
  }

  private static boolean ready(RouteSeen seen) {
    return seen.settling().orElseThrow().ready();
  }

  private static boolean settled(RouteSeen seen) {
    return seen.settling().orElseThrow().settled();
  }

  @Test
  void usersAreMovedAndBackByOrdersAloneAndWhoStartsAnewKnowsWhereItIs() throws Exception {
    try (var world = DnsWorld.bind(folder, FULL_SECONDS)) {
      world.unbound("honest");
      var prepared = order(3, Side.SOURCE, true);
      try (var router = router(world)) {
        RouteSeen first = router.look();
        assertThat(first.fault()).isEmpty();
        assertThat(first.order()).isEmpty();
        assertThat(first.epoch()).isZero();
        assertThat(first.settling().orElseThrow().until())
            .as("the earliest at which it could be ready")
            .hasValueSatisfying(
                at -> assertThat(at).isAfter(Instant.now().plusSeconds(FULL_SECONDS - 1)));

        router.order(prepared);
        assertThat(router.look().order()).contains(prepared);
        assertThat(ready(router.look())).isFalse();
        RouteSeen ready = await(router, DnsRouterIT::ready);
        assertThat(ready.sourceHealthy()).contains(false);
        assertThat(ready.targetHealthy()).contains(true);
        assertThat(ready.settling().orElseThrow().waitsFor()).isEmpty();

        router.order(order(4, Side.TARGET, true));
        assertThat(world.says(world.server("127.0.0.1"), false)).isEqualTo(DnsWorld.TARGET);
        RouteSeen moving = router.look();
        assertThat(settled(moving)).isFalse();
        assertThat(moving.settling().orElseThrow().until()).isPresent();
        assertThat(moving.settling().orElseThrow().waitsFor()).isNotEmpty();
      }
      try (var again = router(world)) {
        RouteSeen seen = again.look();
        assertThat(seen.epoch()).isEqualTo(4);
        assertThat(seen.order().orElseThrow().cohort()).isEqualTo(Cohort.EVERYBODY);
        assertThat(seen.order()).isNotEqualTo(Optional.of(order(4, Side.TARGET, true)));
        again.order(order(4, Side.TARGET, true));
        await(again, seenNow -> settled(seenNow) && ready(seenNow));
        assertThat(world.says(world.panel().getFirst(), true)).isEqualTo(DnsWorld.TARGET);

        again.order(order(5, Side.SOURCE, true));
        await(again, DnsRouterIT::settled);
        again.order(order(6, Side.SOURCE, false));
        await(again, DnsRouterIT::settled);
        assertThat(world.records("::1").ttl()).isEqualTo(Duration.ofSeconds(FULL_SECONDS));
        assertThat(world.says(world.panel().getFirst(), true)).isEqualTo(DnsWorld.SOURCE);
      }
    }
  }

  @Test
  void whatAnOlderControllerOrdersIsRefusedByTheServerAndItsThreadChangesNothing()
      throws Exception {
    try (var world = DnsWorld.bind(folder, FULL_SECONDS);
        var late = router(world);
        var other = router(world)) {
      late.order(order(3, Side.SOURCE, true));
      var newer = order(8, Side.TARGET, true);
      other.order(newer);
      assertThatThrownBy(() -> late.order(order(4, Side.SOURCE, false)))
          .isInstanceOfSatisfying(
              OutsideException.class, e -> assertThat(e.code()).isEqualTo(DnsProblem.STALE_ORDER));
      // Its own thread goes on looking all the while.
      RouteSeen seen = await(late, each -> each.epoch() == 8);
      assertThat(seen.order().orElseThrow().cohort()).isEqualTo(Cohort.EVERYBODY);
      await(other, DnsRouterIT::settled);
      assertThat(other.look().order()).contains(newer);
      assertThat(world.says(world.server("127.0.0.1"), false)).isEqualTo(DnsWorld.TARGET);
    }
  }

  @Test
  void aLookIsAnsweredAtOnceWhateverHangsAndAPrimaryThatIsBackIsGoneOnWith() throws Exception {
    try (var world = DnsWorld.bind(folder, FULL_SECONDS);
        var router = router(world)) {
      router.order(order(1, Side.SOURCE, true));
      world.secondary().freeze(true);
      world.primary().freeze(true);
      Instant until = Instant.now().plusSeconds(30);
      boolean fault = false;
      var took = new ArrayList<Duration>();
      while (!fault && Instant.now().isBefore(until)) {
        Instant asked = Instant.now();
        fault = router.look().fault().isPresent();
        took.add(Duration.between(asked, Instant.now()));
        Thread.sleep(100);
      }
      // Who waits for a server that hangs waits every time.
      assertThat(took.stream().sorted().toList().get(took.size() / 2))
          .isLessThan(Duration.ofMillis(500));
      assertThat(fault).as("it is told that the primary does not answer").isTrue();
      world.primary().freeze(false);
      world.secondary().freeze(false);
      await(router, seen -> seen.fault().isEmpty() && ready(seen));
      assertThat(router.look().order()).contains(order(1, Side.SOURCE, true));
    }
  }

  @Test
  void everybodyWhoKeepsToNoRuleIsNamed() throws Exception {
    try (var world = DnsWorld.bind(folder, FULL_SECONDS)) {
      world.unbound("honest");
      world.unbound("minimum", "cache-min-ttl: 600");
      world.unbound("stale", "serve-expired: yes", "serve-expired-ttl: 600");
      for (NameServer resolver : world.panel()) {
        assertThat(world.says(resolver, true)).isEqualTo(DnsWorld.SOURCE);
      }
      try (var router = router(world)) {
        router.order(order(1, Side.SOURCE, true));
        await(router, DnsRouterIT::ready);
        Thread.sleep(LOW.plusSeconds(1).toMillis());
        router.order(order(2, Side.TARGET, true));
        List<String> named = await(router, DnsRouterIT::settled).settling().orElseThrow().named();
        String minimum = world.panel(1);
        String stale = world.panel(2);
        assertThat(named)
            .hasSize(2)
            .anyMatch(each -> each.startsWith(minimum))
            .anyMatch(each -> each.startsWith(stale));
      }
    }
  }
}
