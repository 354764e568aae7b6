package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.access.AccessSeen;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.workload.Access;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The adoption team's access ends when users have come to the target, and is proven to. */
class RevocationTest {
  private static final Action END = new Action.OnAccess("team", "orders", List.of("anna", "ben"));
  private static final Instant SOAKED = NOW.plus(Limits.DEFAULTS.soak());

  private Promotion promotion = at(Phase.Rest.PROMOTED, Goal.PROMOTED);

  private static Promotion at(Phase.Rest rest, Goal goal) {
    var phase = new Phase.Resting(rest, NOW, 0, Instant.EPOCH, Optional.empty());
    return new Promotion(Samples.STAGED, "plan", goal, false, 4, Flown.NONE, Set.of(), phase);
  }

  private static World seen(AccessSeen team) {
    return Worlds.staged().seen().with(Map.of("team", team));
  }

  private static World left(String... what) {
    return seen(AccessSeen.of(List.of(what)));
  }

  private List<Event> then(Input input) {
    List<Event> events =
        switch (Decider.decide(promotion, input, SOAKED)) {
          case Decision.Events(List<Event> decided) -> decided;
          case Decision.Refused refused -> throw new AssertionError(refused.message());
        };
    events.forEach(event -> promotion = Evolver.evolve(promotion, event));
    return events;
  }

  private Optional<Refusal> refusal(Ask ask) {
    return Decider.decide(promotion, ask, SOAKED) instanceof Decision.Refused refused
        ? Optional.of(refused.refusal())
        : Optional.empty();
  }

  private List<Action> accessOrders(World world) {
    return Course.next(promotion, world).stream()
        .filter(Action.OnAccess.class::isInstance)
        .toList();
  }

  @Test
  void whoMaySignInIsShownOutOnceUsersAreThere() {
    assertThat(accessOrders(left("anna may sign in"))).containsExactly(END);
    assertThat(then(new Input.Seen(left("anna may sign in")))).isEmpty();
    assertThat(then(new Input.Seen(left())))
        .containsExactly(new Event.AccessEnded(Map.of("team", List.of("anna", "ben")), SOAKED));
    assertThat(accessOrders(left("anna may sign in")))
        .as("whoever gives it back later has decided so")
        .isEmpty();
  }

  @Test
  void nobodyLosesAnythingBeforeUsersAreThereOrWhileTheyGoBack() {
    for (var rest : List.of(Phase.Rest.MIGRATED, Phase.Rest.ROLLED_BACK)) {
      promotion = at(rest, Goal.STAGED);
      assertThat(accessOrders(left("anna may sign in"))).isEmpty();
    }
    promotion = at(Phase.Rest.PROMOTED, Goal.ROLLED_BACK);
    assertThat(accessOrders(left("anna may sign in"))).isEmpty();
    assertThat(then(new Input.Seen(left()))).doesNotHaveAnyElementsOfTypes(Event.AccessEnded.class);
  }

  @Test
  void whatCouldNotBeReadHasNotEnded() {
    assertThat(then(new Input.Seen(seen(AccessSeen.unreachable("no answer"))))).isEmpty();
    assertThat(then(new Input.Seen(Worlds.staged().seen()))).as("nobody has looked").isEmpty();
    assertThat(accessOrders(seen(AccessSeen.unreachable("no answer")))).isEmpty();
    assertThat(Readiness.waits(promotion, seen(AccessSeen.unreachable("no answer"))))
        .contains("access team: no answer");
  }

  @Test
  void whatIsRefusedIsTriedAgainOnlyWhenSomebodyAsks() {
    assertThat(then(new Input.NotEnded("end it", "permission denied")))
        .containsExactly(new Event.AccessLeft("cannot end it: permission denied", SOAKED));
    assertThat(accessOrders(left("anna may sign in"))).isEmpty();
    assertThat(then(new Ask.Reach(Goal.PROMOTED)))
        .containsExactly(new Event.GoalSet(Goal.PROMOTED));
    assertThat(accessOrders(left("anna may sign in"))).containsExactly(END);
  }

  @Test
  void nothingIsCompletedAsLongAsSomebodyHasAccess() {
    assertThat(refusal(new Ask.Reach(Goal.COMPLETED))).contains(Refusal.ACCESS_LEFT);
    then(new Input.Seen(left()));
    assertThat(then(new Ask.Reach(Goal.COMPLETED)))
        .containsExactly(new Event.GoalSet(Goal.COMPLETED));
  }

  @Test
  void whoIsNamedLaterLosesAccessToo() {
    then(new Input.Seen(left()));
    assertThat(Revocation.isDone(promotion)).isTrue();
    var workload = promotion.workload();
    var more =
        new Workload(
            workload.name(),
            workload.owner(),
            workload.model(),
            workload.assets(),
            workload.routes(),
            workload.limits(),
            workload.flights(),
            workload.rehearsalRequired(),
            List.of(new Access("team", "postgres", "orders", List.of("anna", "ben", "bert"))));
    then(new Ask.Amend(more, "other"));
    assertThat(Revocation.isDone(promotion)).isFalse();
    assertThat(accessOrders(left("bert may sign in"))).hasSize(1);
  }

  @Test
  void aSecondPromotionEndsItAgain() {
    then(new Input.Seen(left()));
    var back =
        Evolver.evolve(
            inCutover(promotion, Side.SOURCE),
            new Event.CutoverFinished(Side.SOURCE, NOW, Duration.ZERO));
    assertThat(back.revocation().ended()).as("a rollback gives nothing back").isTrue();
    var again =
        Evolver.evolve(
            inCutover(back, Side.TARGET),
            new Event.CutoverFinished(Side.TARGET, NOW, Duration.ZERO));
    assertThat(again.revocation().ended()).isFalse();
  }

  private static Promotion inCutover(Promotion promotion, Side to) {
    var phase =
        new Phase.CuttingOver(
            Promotions.cutover(to, Cutover.Step.OPENING),
            Promotions.rest(to == Side.TARGET ? Phase.Rest.MIGRATED : Phase.Rest.PROMOTED));
    return promotion.in(phase);
  }
}
