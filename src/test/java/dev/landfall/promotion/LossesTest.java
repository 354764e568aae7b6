package dev.landfall.promotion;

import static dev.landfall.promotion.Promotions.NOW;
import static dev.landfall.workload.Side.SOURCE;
import static dev.landfall.workload.Side.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.promotion.Cutover.Step;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a side may be given up for lost, and what follows. */
class LossesTest {
  private static Decision giveUp(Promotion promotion, Side lost, Worlds world) {
    return Decider.decide(promotion, new Ask.GiveUp(lost, world.seen()), NOW);
  }

  @Test
  void theSourceIsGivenUpPastOpenGatesByANamedPersonAndThatIsToldForGood() {
    Promotion staged =
        Promotions.staged(Goal.STAGED)
            .of(Samples.SHOP.behind(Optional.of(GateSamples.plan(GateSamples.TESTED))), "plan");
    World world = Worlds.staged().away(SOURCE).seen();
    Decision unnamed =
        Decider.decide(staged, new Ask.GiveUp(SOURCE, world, Optional.of("root")), NOW);
    assertThat(unnamed)
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.NOT_ENTITLED));
    var ask = new Ask.GiveUp(SOURCE, world, Optional.of("bob"));
    if (!(Decider.decide(staged, ask, NOW) instanceof Decision.Events(List<Event> events))) {
      throw new AssertionError("refused");
    }
    Promotion alone = Evolver.evolve(staged, events.getFirst());
    assertThat(alone.gates().loosened())
        .singleElement()
        .asString()
        .startsWith("bob gave the source up, and everybody went past; tested is open");
    var target = new Ask.GiveUp(TARGET, Worlds.staged().away(TARGET).seen());
    assertThat(Decider.decide(staged, target, NOW))
        .as("nobody leaves the source by that")
        .isInstanceOf(Decision.Events.class);
  }

  private static Refusal refused(Promotion promotion, Side lost, Worlds world) {
    if (giveUp(promotion, lost, world) instanceof Decision.Refused refused) {
      assertThat(refused.message()).startsWith("cannot give the ");
      return refused.refusal();
    }
    throw new AssertionError("granted in " + promotion.stateWord());
  }

  private static Promotion givenUp(Promotion promotion, Side lost, Worlds world) {
    if (giveUp(promotion, lost, world) instanceof Decision.Events(List<Event> events)) {
      return Evolver.evolve(promotion, events.getFirst());
    }
    throw new AssertionError("refused in " + promotion.stateWord());
  }

  @Test
  void aSideThatAnswersIsNeverGivenUpAndTheWayThatLosesNothingIsNamed() {
    var promoted = Promotions.promoted(Goal.PROMOTED);
    for (Side side : Side.values()) {
      assertThat(refused(promoted, side, Worlds.staged())).isEqualTo(Refusal.SIDE_ANSWERS);
    }
    assertThat(giveUp(promoted, TARGET, Worlds.staged()).toString())
        .contains("landfall rollback shop");
    assertThat(giveUp(promoted, SOURCE, Worlds.staged()).toString())
        .contains("landfall complete shop --sever");
  }

  @Test
  void aSideThatRefusesUsAnswersTooBecauseItMayAcceptTheWritesOfOthers() {
    var promoted = Promotions.promoted(Goal.PROMOTED);
    var world = Worlds.staged().refusing(TARGET, "password authentication failed");
    assertThat(refused(promoted, TARGET, world)).isEqualTo(Refusal.SIDE_ANSWERS);
    assertThat(giveUp(promoted, TARGET, world).toString())
        .contains("orders answers there, though it refuses: password authentication failed");
    assertThat(refused(promoted, SOURCE, world.away(SOURCE)))
        .as("nor can it go on alone")
        .isEqualTo(Refusal.NOBODY_LEFT);
  }

  @Test
  void nothingIsGivenUpWhenNothingWouldBeLeft() {
    var promoted = Promotions.promoted(Goal.PROMOTED);
    assertThat(refused(promoted, TARGET, Worlds.staged().away(SOURCE).away(TARGET)))
        .isEqualTo(Refusal.NOBODY_LEFT);
    var replicating = Promotions.in(new Phase.Replicating(NOW), Goal.PROMOTED, 1);
    assertThat(refused(replicating, SOURCE, Worlds.staged().away(SOURCE)))
        .isEqualTo(Refusal.NOTHING_TO_GIVE_UP);
    var registered = Promotions.in(new Phase.Registered(List.of()), Goal.PROMOTED, 1);
    assertThat(refused(registered, TARGET, Worlds.staged().away(TARGET)))
        .isEqualTo(Refusal.NOTHING_TO_GIVE_UP);
    for (Phase severed :
        List.of(new Phase.Severing(TARGET, NOW), new Phase.Completed(TARGET, NOW))) {
      var promotion = Promotions.in(severed, Goal.COMPLETED, 7);
      assertThat(refused(promotion, TARGET, Worlds.staged().away(TARGET)))
          .as("the source has nothing that was written since")
          .isEqualTo(Refusal.SEVERED);
    }
  }

  @Test
  void itSaysUntilWhenTheSurvivorHasEverythingWhenTheOwnerIsLost() {
    var promoted = Promotions.promoted(Goal.PROMOTED);
    var heard = NOW.minusSeconds(7);
    assertThat(giveUp(promoted, TARGET, Worlds.staged().heard(SOURCE, heard).away(TARGET)))
        .isEqualTo(
            Decision.of(
                new Event.SideGivenUp(
                    TARGET, 6, NOW, List.of(new Event.Heard("orders", Optional.of(heard))))));
    assertThat(giveUp(promoted, SOURCE, Worlds.staged().away(SOURCE)))
        .as("the owner is left, and has everything")
        .isEqualTo(Decision.of(new Event.SideGivenUp(SOURCE, 6, NOW, List.of())));
  }

  @Test
  void itIsPossibleWhateverCannotEndWithoutTheSide() {
    var away = Worlds.staged().away(TARGET);
    for (Promotion stuck :
        List.of(
            Promotions.cutting(TARGET, Step.DRAINING),
            Promotions.cutting(TARGET, Step.OPENING),
            Promotions.cutting(SOURCE, Step.DRAINING),
            Promotions.undoing(Step.DRAINING),
            Promotions.staged(Goal.PROMOTED),
            Promotions.in(
                new Phase.Parked(Promotions.rest(Phase.Rest.PROMOTED), "why", NOW),
                Goal.PROMOTED,
                4))) {
      assertThat(givenUp(stuck, TARGET, away).owner()).isEqualTo(SOURCE);
      assertThat(givenUp(stuck, TARGET, away).epoch()).isEqualTo(stuck.epoch() + 2);
    }
    var completing = Promotions.in(new Phase.Severing(TARGET, NOW), Goal.COMPLETED, 7);
    assertThat(givenUp(completing, SOURCE, Worlds.staged().away(SOURCE)).owner()).isEqualTo(TARGET);
  }

  @Test
  void theSurvivorIsOpenedAloneAndUsersAreLedThereOnlyThen() {
    var world = Worlds.staged().fence(SOURCE, Fence.FENCED, 4).away(TARGET);
    var going = givenUp(Promotions.promoted(Goal.PROMOTED), TARGET, world);
    assertThat(Course.next(going, world.seen()))
        .containsExactly(new Action.OnData("orders", new DataOrder.GoOnAlone(SOURCE)));
    var open = world.fence(SOURCE, Fence.OPEN, 6).link(SOURCE, LinkSeen.Phase.ABSENT);
    assertThat(Course.next(going, open.seen()))
        .containsExactly(new Action.OnRoute("front", Promotions.order(6, 0, false)));
    var led = open.route(Promotions.order(6, 0, false));
    assertThat(Decider.decide(going, new Input.Seen(led.seen()), NOW))
        .isEqualTo(Decision.of(new Event.WentOnAlone(SOURCE, NOW)));
  }

  @Test
  void whenTheLostSideComesBackItIsFencedByTheNewEpochAndThenUnlinked() {
    var gone = Promotions.in(new Phase.GivenUp(TARGET, NOW), Goal.COMPLETED, 5);
    var alone =
        Worlds.staged()
            .fence(SOURCE, Fence.OPEN, 0)
            .link(SOURCE, LinkSeen.Phase.ABSENT)
            .link(TARGET, LinkSeen.Phase.RETAINING)
            .route(Promotions.order(5, 0, false));
    assertThat(Course.next(gone, alone.fence(TARGET, Fence.OPEN, 4).seen()))
        .containsExactly(new Action.OnData("orders", new DataOrder.FenceOff(TARGET)));
    assertThat(Course.next(gone, alone.fence(TARGET, Fence.FENCED, 5).seen()))
        .containsExactly(new Action.OnData("orders", new DataOrder.Sever(SOURCE)));
    var clean = alone.fence(TARGET, Fence.FENCED, 5).link(TARGET, LinkSeen.Phase.ABSENT);
    assertThat(Decider.decide(gone, new Input.Seen(clean.seen()), NOW))
        .isEqualTo(Decision.of(new Event.Severed(SOURCE, NOW)));
    assertThat(Course.next(gone, alone.away(TARGET).seen())).isEmpty();
  }

  @Test
  void nothingIsSeveredWhileASlotStillKeepsLog() {
    var going = Promotions.in(new Phase.GivingUp(TARGET, NOW), Goal.COMPLETED, 5);
    var gone = Promotions.in(new Phase.GivenUp(TARGET, NOW), Goal.COMPLETED, 5);
    var severing = Promotions.in(new Phase.Severing(SOURCE, NOW), Goal.COMPLETED, 5);
    for (Side side : Side.values()) {
      var world =
          Worlds.staged()
              .fence(SOURCE, Fence.OPEN, 0)
              .fence(TARGET, Fence.FENCED, 5)
              .link(SOURCE, LinkSeen.Phase.ABSENT)
              .route(Promotions.order(5, 0, false))
              .leftover(side, 0);
      assertThat(Decider.decide(gone, new Input.Seen(world.seen()), NOW))
          .isEqualTo(Decision.NOTHING);
      assertThat(Course.next(severing, world.seen()))
          .containsExactly(new Action.OnData("orders", new DataOrder.Sever(SOURCE)));
    }
    assertThat(Course.next(going, Worlds.staged().leftover(SOURCE, 0).away(TARGET).seen()))
        .contains(new Action.OnData("orders", new DataOrder.GoOnAlone(SOURCE)));
  }

  @Test
  void aLostSideThatComesBackAsANewDatabaseIsUnlinked() {
    var gone = Promotions.in(new Phase.GivenUp(TARGET, NOW), Goal.COMPLETED, 5);
    var severing = Promotions.in(new Phase.Severing(SOURCE, NOW), Goal.COMPLETED, 5);
    var world =
        Worlds.staged()
            .fence(SOURCE, Fence.OPEN, 0)
            .fence(TARGET, Fence.OPEN, 0)
            .link(SOURCE, LinkSeen.Phase.ABSENT)
            .route(Promotions.order(5, 0, false));
    assertThat(Decider.decide(gone, new Input.Seen(world.seen()), NOW))
        .isEqualTo(Decision.of(new Event.Severed(SOURCE, NOW)));
    assertThat(Decider.decide(severing, new Input.Seen(world.seen()), NOW))
        .isEqualTo(Decision.NOTHING);
  }

  @Test
  void afterwardsThereIsNoWayBack() {
    for (Phase each : List.of(new Phase.GivingUp(TARGET, NOW), new Phase.GivenUp(TARGET, NOW))) {
      var promotion = Promotions.in(each, Goal.COMPLETED, 5);
      for (Goal goal : List.of(Goal.PROMOTED, Goal.ROLLED_BACK, Goal.STAGED)) {
        assertThat(Decider.decide(promotion, new Ask.Reach(goal), NOW))
            .isInstanceOfSatisfying(
                Decision.Refused.class,
                refused -> assertThat(refused.refusal()).isEqualTo(Refusal.SEVERED));
      }
      assertThat(giveUp(promotion, TARGET, Worlds.staged())).isEqualTo(Decision.NOTHING);
      assertThat(refused(promotion, SOURCE, Worlds.staged().away(SOURCE)))
          .isEqualTo(Refusal.SEVERED);
    }
  }
}
