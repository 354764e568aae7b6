package dev.landfall.adapter.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Asker;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Router;
import dev.landfall.routing.RouterContract;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryRouterTest extends RouterContract {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final MemoryRouter router = new MemoryRouter(() -> now, 3);

  @Override
  protected Router router() {
    return router;
  }

  @Override
  protected String source() {
    return "http://127.0.0.1:1001";
  }

  @Override
  protected String target() {
    return "http://127.0.0.1:1002";
  }

  @Override
  protected Visitor visit(String method, Asker asker) {
    MemoryRouter.Visit visit = router.offer(!method.equals("GET"), asker);
    return new Visitor() {
      @Override
      public Optional<Side> side() {
        return visit.side();
      }

      @Override
      public void end() {
        visit.end();
      }
    };
  }

  @Override
  protected void pass(Duration time) {
    now = now.plus(time);
  }

  @Override
  protected void restart() {
    router.restart();
  }

  @Test
  void aFullQueueRefusesAndCountsIt() {
    router.order(
        new RouteOrder(
            1,
            source(),
            target(),
            Cohort.NOBODY,
            Optional.of(Duration.ofSeconds(5)),
            Optional.empty()));
    for (int i = 0; i < 3; i++) {
      assertThat(router.offer(true).waits()).isTrue();
    }
    assertThat(router.offer(true).refused()).isTrue();
    assertThat(router.look().refused()).isEqualTo(1);
  }

  @Test
  void aPlaneThatCannotLeadUsersToASideSaysSo() {
    router.unable(Map.of(Side.TARGET, "no right to"));
    assertThat(router.look().unable(Side.TARGET)).contains("no right to");
    assertThat(router.look().unable(Side.SOURCE)).isEmpty();
  }

  @Test
  void aPlaneThatDoesNotAnswerIsSeenAsSuchAndTakesNothing() {
    router.fault(Optional.of("connection refused"));
    assertThat(router.look().fault()).contains("connection refused");
    var order =
        new RouteOrder(1, source(), target(), Cohort.NOBODY, Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> router.order(order)).isInstanceOf(OutsideException.class);
    router.fault(Optional.empty());
    assertThat(router.look().order()).isEmpty();
  }
}
