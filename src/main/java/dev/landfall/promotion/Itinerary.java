package dev.landfall.promotion;

import dev.landfall.promotion.Phase.CuttingOver;
import dev.landfall.promotion.Phase.Resting;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.rehearsal.Timing;
import dev.landfall.replication.DataOrder;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What would happen, step by step: the same decisions and the same orders that run, walked through
 * an outside in which everything succeeds. There is no second description.
 */
public final class Itinerary {
  /**
   * More turns than any model needs, the longest of which has 100 flights of a few turns each;
   * beyond it the walk does not end, which is a bug.
   */
  private static final int TURNS_MAX = 2000;

  /**
   * One step.
   *
   * @param state the state of the promotion while it is made, for people
   * @param what what is done, beginning with a verb
   * @param waits what it waits for afterwards; empty when it goes on at once
   * @param undo how it can be taken back
   * @param usersWait whether users' requests are held meanwhile
   * @param takes how long it is likely to take, or why that is not known; absent for what takes no
   *     time worth a word, or is a part of a step before it
   */
  public record Leg(
      String state,
      String what,
      List<String> waits,
      Undo undo,
      boolean usersWait,
      Optional<Estimate> takes) {
    public Leg {
      waits = List.copyOf(waits);
    }
  }

  /** How a step can be taken back. */
  public enum Undo {
    /** Nothing of what users need was touched; it can be removed. */
    FREELY,
    /** Any failure takes it back by itself, and users go on where they were. */
    BY_ITSELF,
    /** {@code landfall rollback} brings users and every write back. */
    BY_ROLLBACK,
    /** Somebody who may gives it back; {@code landfall rollback} does not. */
    BY_HAND,
    /** Not at all. */
    NEVER
  }

  private final List<Leg> legs = new ArrayList<>();
  private final Set<String> prepared = new HashSet<>();
  private final Estimate.Sizes sizes;
  private Promotion promotion;
  private World world;
  private Instant now;

  private Itinerary(Promotion promotion, World world, Instant now, Estimate.Sizes sizes) {
    this.sizes = sizes;
    this.promotion = promotion;
    this.world = world;
    this.now = now;
  }

  /** The steps from nothing to a goal, when nobody was asked how much there is to copy. */
  public static List<Leg> of(Workload workload, String planHash, Goal goal, Instant now) {
    return of(workload, planHash, goal, now, _ -> new Estimate.Size.Unknown("nobody was asked"));
  }

  /**
   * The steps from nothing to a goal.
   *
   * @param sizes what there is to copy
   */
  public static List<Leg> of(
      Workload workload, String planHash, Goal goal, Instant now, Estimate.Sizes sizes) {
    // Nobody signs anything in a plan: the gates are one step of it, in front of users.
    Workload open = workload.behind(Optional.empty());
    boolean stops = workload.rehearsalRequired() || workload.gates().isPresent();
    Goal first = stops ? Goal.STAGED : early(goal);
    Promotion begun = Evolver.begin(new Event.Registered(open, planHash, first));
    var walk = new Itinerary(begun, IdealWorld.untouched(workload), now, sizes);
    walk.follow(new Input.Preflighted(List.of()));
    walk.leg("look for everything that would break later", List.of(), Optional.empty());
    walk.walk();
    if (stops && goal != Goal.STAGED) {
      if (workload.rehearsalRequired()) {
        walk.rehearse();
      }
      workload.gates().ifPresent(walk::pass);
      walk.follow(new Input.Ask.Reach(Goal.PROMOTED));
      walk.walk();
    }
    if (goal == Goal.ROLLED_BACK || goal == Goal.COMPLETED) {
      walk.now = walk.now.plus(workload.limits().soak());
      walk.follow(new Input.Ask.Reach(goal));
      walk.walk();
    }
    return List.copyOf(walk.legs);
  }

  private void pass(GatePlan plan) {
    List<String> ids =
        plan.gates().stream()
            .filter(gate -> gate.binds().contains(Gate.Step.PROMOTE))
            .map(Gate::id)
            .toList();
    leg(
        "pass " + ids.size() + " gates: landfall ready says what is missing, and who can do it",
        ids,
        Optional.empty());
  }

  /** Rolling back and completing begin where something was promoted. */
  private static Goal early(Goal goal) {
    return goal == Goal.STAGED ? Goal.STAGED : Goal.PROMOTED;
  }

  private void walk() {
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      now = now.plus(Duration.ofMillis(10));
      boolean moved = follow(new Input.Seen(world));
      moved |= fly();
      List<Action> actions = Course.next(promotion, world);
      for (Action action : actions) {
        world = IdealWorld.after(world, action, promotion.epoch());
        leg(action, Readiness.waits(promotion, world));
      }
      World settled = IdealWorld.settled(world, now);
      if (!moved && actions.isEmpty() && settled.equals(world)) {
        return;
      }
      if (atGoal() && actions.isEmpty()) {
        return;
      }
      world = settled;
    }
    throw new IllegalStateException("the plan does not come to an end; last: " + legs.getLast());
  }

  /** In a plan every flight passes, once it has been led to the target. */
  private boolean fly() {
    Optional<Integer> number = Flights.judged(promotion);
    if (number.isEmpty() || !Course.next(promotion, world).isEmpty()) {
      return false;
    }
    var flight = promotion.workload().flights().orElseThrow().flights().get(number.get() - 1);
    leg(
        "judge flight " + number.get() + " (" + flight.name() + ")",
        Flights.waits(promotion, world),
        Optional.empty());
    return follow(new Input.Ask.GoOn(flight.name(), "it passes"));
  }

  /** In a plan the rehearsal passes, and nothing changes between it and the promotion. */
  private void rehearse() {
    follow(new Input.Ask.Rehearse(promotion.planHash()));
    leg(
        "rehearse on clones of the target's data: landfall rehearse " + promotion.workload().name(),
        List.of("somebody who orders it, and landfall promote when it has passed"),
        Optional.empty());
    String token = promotion.rehearsals().underway().orElseThrow().token();
    follow(new Input.Ask.Rehearsed(token, Configuration.NONE, Timing.NONE, Timing.NONE));
  }

  private boolean atGoal() {
    return switch (promotion.phase()) {
      case Resting resting ->
          resting.rest().goal() == promotion.goal()
              && !(promotion.goal() == Goal.PROMOTED && Flights.areNext(promotion))
              && !Revocation.isDue(promotion);
      case Phase.Completed _ -> true;
      case Phase.Registered _, Phase.Replicating _ -> false;
      case Phase.CuttingOver _, Phase.Undoing _, Phase.Severing _ -> false;
      case Phase.GivingUp _, Phase.GivenUp _, Phase.Parked _ -> false;
    };
  }

  private boolean follow(Input input) {
    List<Event> events =
        switch (Decider.decide(promotion, input, now)) {
          case Decision.Events(List<Event> decided) -> decided;
          case Decision.Refused refused ->
              throw new IllegalStateException("the plan is refused: " + refused.message());
        };
    for (Event event : events) {
      promotion = Evolver.evolve(promotion, event);
      if (event instanceof Event.OwnerMoved(var to, _, _, _, _)) {
        leg(
            "commit: from here on the " + to.word() + " owns the data",
            List.of(),
            Optional.empty());
      }
    }
    return !events.isEmpty();
  }

  private void leg(Action action, List<String> waits) {
    Undo undo = action instanceof Action.OnAccess ? Undo.BY_HAND : undo();
    leg(action.words(), waits, undo, takes(action));
  }

  private void leg(String what, List<String> waits, Optional<Estimate> takes) {
    leg(what, waits, undo(), takes);
  }

  private void leg(String what, List<String> waits, Undo undo, Optional<Estimate> takes) {
    boolean usersWait = promotion.phase() instanceof CuttingOver;
    legs.add(new Leg(promotion.stateWord(), what, waits, undo, usersWait, takes));
  }

  private Optional<Estimate> takes(Action action) {
    var limits = promotion.workload().limits();
    if (promotion.phase() instanceof Phase.Replicating
        && action instanceof Action.OnData(String asset, DataOrder.Follow(Side from))
        && from == Side.SOURCE) {
      return Optional.of(Estimate.copy(sizes.of(asset), limits));
    }
    if (action instanceof Action.OnRoute(String route, var order)
        && order.prepare()
        && !prepared.contains(route)) {
      prepared.add(route);
      return Optional.of(Estimate.preparing(sizes.preparing(route)));
    }
    boolean first = legs.isEmpty() || !legs.getLast().usersWait();
    return promotion.phase() instanceof CuttingOver && first
        ? Optional.of(Estimate.cutover(limits))
        : Optional.empty();
  }

  private Undo undo() {
    return switch (promotion.phase()) {
      case Phase.Registered _, Phase.Replicating _ -> Undo.FREELY;
      case Resting resting ->
          resting.rest() == Phase.Rest.PROMOTED ? Undo.BY_ROLLBACK : Undo.FREELY;
      case CuttingOver(Cutover cutover, _) ->
          cutover.committed() ? Undo.BY_ROLLBACK : Undo.BY_ITSELF;
      case Phase.Undoing _ -> Undo.BY_ITSELF;
      case Phase.Severing _, Phase.Completed _ -> Undo.NEVER;
      case Phase.GivingUp _, Phase.GivenUp _ -> Undo.NEVER;
      case Phase.Parked parked ->
          throw new IllegalStateException("the plan ends parked: " + parked.why());
    };
  }
}
