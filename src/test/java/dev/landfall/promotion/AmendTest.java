package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Route;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which edits of a workload file are carried out under way. */
class AmendTest {
  private static final Route FRONT = Samples.SHOP.routes().getFirst();
  private static final Route ELSEWHERE = route("front", "http://127.0.0.1:9999");
  private static final Route OLD = route("old", "http://127.0.0.1:8402");
  private static final Workload TWO = with(FRONT, OLD);

  @Test
  void aRouteWhosePlaneIsGoneForGoodIsTakenOutOnceUsersHaveArrived() {
    var promoted = Promotions.rest(Phase.Rest.PROMOTED);
    for (Goal goal : List.of(Goal.PROMOTED, Goal.COMPLETED)) {
      Decision decision = amend(promoted, goal, with(FRONT));
      assertThat(decision).isEqualTo(Decision.of(new Event.Amended(with(FRONT), "edited")));
      var after = Evolver.evolve(of(promoted, goal), new Event.Amended(with(FRONT), "edited"));
      assertThat(after.workload().routes()).containsExactly(FRONT);
    }
  }

  @Test
  void untilThenNoRouteIsLeftOutForUsersWouldStayWhereItLeads() {
    for (Phase.Rest rest :
        List.of(Phase.Rest.STAGED, Phase.Rest.MIGRATED, Phase.Rest.ROLLED_BACK)) {
      assertThat(refusal(Promotions.rest(rest), with(FRONT))).isEqualTo(Refusal.PLAN_CHANGED);
    }
  }

  @Test
  void noRouteIsAddedOrLedElsewhereUnderWayNorTheLastOneTakenOut() {
    var promoted = Promotions.rest(Phase.Rest.PROMOTED);
    for (Workload edited :
        List.of(with(), with(ELSEWHERE, OLD), with(FRONT, OLD, route("more", "http://x:1")))) {
      assertThat(refusal(promoted, edited)).isEqualTo(Refusal.PLAN_CHANGED);
    }
  }

  private static Refusal refusal(Phase phase, Workload edited) {
    return ((Decision.Refused) amend(phase, Goal.PROMOTED, edited)).refusal();
  }

  private static Decision amend(Phase phase, Goal goal, Workload edited) {
    return Wishes.decide(of(phase, goal), new Input.Ask.Amend(edited, "edited"), Promotions.NOW);
  }

  private static Promotion of(Phase phase, Goal goal) {
    return new Promotion(TWO, "plan", goal, false, 4, Flown.NONE, Set.of(), phase);
  }

  private static Route route(String name, String control) {
    return new Route(name, "router", "web", control, Optional.empty());
  }

  private static Workload with(Route... routes) {
    var shop = Samples.SHOP;
    return new Workload(
        shop.name(),
        shop.owner(),
        shop.model(),
        shop.assets(),
        Arrays.asList(routes),
        shop.limits(),
        Optional.empty());
  }
}
