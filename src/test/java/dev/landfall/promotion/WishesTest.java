package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.promotion.Cutover.Step;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * What each verb does in each state, and where the promotion comes to rest afterwards in a world
 * that does as it is told.
 *
 * <p>A cell is the answer and the rest. The answer is {@code ok} when something was decided, {@code
 * so} when it was so already, a word of {@link #word} when it is refused. The rest is S for staged,
 * P for promoted, R for rolled back, C for completed, K for parked, with = when paused.
 */
class WishesTest {
  private static final String TABLE =
      """
                                  | stage    | promote  | rollback | complete | pause    | resume   | rehearse
      registered > staged         | so S     | ok P     | not so S | not yet S| ok S=    | idle S   | unfit S
      registered > promoted       | ok S     | so P     | ok S     | not yet P| ok S=    | idle P   | unfit P
      replicating > staged        | so S     | ok P     | not so S | not yet S| ok S=    | idle S   | unfit S
      replicating > promoted      | ok S     | so P     | ok S     | not yet P| ok S=    | idle P   | unfit P
      staged                      | so S     | ok P     | not so S | not yet S| ok S=    | idle S   | ok S
      staged > promoted           | ok S     | ok P     | ok S     | not yet P| ok S=    | idle P   | ok P
      staged > promoted, paused   | ok S=    | ok S=    | ok S=    | not yet S=| so S=    | ok P     | ok S=
      parked staged > promoted    | ok K     | parked K | ok K     | parked K | ok K=    | ok P     | unfit K
      cutting over                | ok S     | so P     | ok S     | moving P | ok P=    | idle P   | unfit P
      cutting over, committed     | not so P | so P     | ok R     | moving P | ok P=    | idle P   | unfit P
      undoing                     | ok S     | ok P     | ok S     | moving P | ok S=    | idle P   | unfit P
      promoted, soaking           | not so P | so P     | ok R     | soaks P  | ok P=    | idle P   | unfit P
      promoted, soaked            | not so P | so P     | ok R     | ok C     | ok P=    | idle P   | unfit P
      promoted, soaked, paused    | not so P=| so P=    | ok P=    | paused P=| so P=    | ok P     | unfit P=
      promoted > completed        | not so C | ok P     | ok R     | ok C     | ok P=    | idle C   | unfit C
      promoted > rolled back      | not so R | ok P     | ok R     | not yet R| ok P=    | idle R   | unfit R
      soaked > rolled back        | not so R | ok P     | ok R     | not yet R| ok P=    | idle R   | unfit R
      parked promoted             | parked K | parked K | parked K | parked K | ok K=    | ok P     | unfit K
      rolling back                | not so R | ok P     | so R     | moving R | ok R=    | idle R   | unfit R
      rolling back, committed     | ok R     | ok P     | so R     | moving R | ok R=    | idle R   | unfit R
      rolled back                 | ok R     | ok P     | so R     | not yet R| ok R=    | idle R   | ok R
      rolled back > promoted      | ok R     | so P     | ok R     | not yet P| ok R=    | idle P   | ok P
      completing                  | severed C| severed C| severed C| so C     | severed C| idle C   | unfit C
      completed                   | severed C| severed C| severed C| so C     | severed C| idle C   | unfit C
      """;

  private static final Map<String, Ask> VERBS = new LinkedHashMap<>();

  static {
    VERBS.put("stage", new Ask.Reach(Goal.STAGED));
    VERBS.put("promote", new Ask.Reach(Goal.PROMOTED));
    VERBS.put("rollback", new Ask.Reach(Goal.ROLLED_BACK));
    VERBS.put("complete", new Ask.Reach(Goal.COMPLETED));
    VERBS.put("pause", new Ask.Pause());
    VERBS.put("resume", new Ask.Resume());
    VERBS.put("rehearse", new Ask.Rehearse("plan"));
  }

  private static Map<String, Walk> states() {
    var states = new LinkedHashMap<String, Walk>();
    states.put("registered > staged", new Walk(Goal.STAGED));
    states.put("registered > promoted", new Walk(Goal.PROMOTED));
    states.put("replicating > staged", new Walk(Goal.STAGED).until(Walk::replicates));
    states.put("replicating > promoted", new Walk(Goal.PROMOTED).until(Walk::replicates));
    states.put("staged", staged());
    states.put("staged > promoted", failed());
    states.put("staged > promoted, paused", failed().then(new Ask.Pause()));
    states.put("parked staged > promoted", failed().then(new Input.Crashed("a bug")));
    states.put("cutting over", new Walk(Goal.PROMOTED).until(at(Side.TARGET, Step.DRAINING)));
    states.put("cutting over, committed", committed(Side.TARGET));
    states.put("undoing", undoing());
    states.put("promoted, soaking", promoted());
    states.put("promoted, soaked", soaked());
    states.put("promoted, soaked, paused", soaked().then(new Ask.Pause()));
    states.put("promoted > completed", soaked().then(new Ask.Reach(Goal.COMPLETED)));
    states.put("promoted > rolled back", promoted().then(new Ask.Reach(Goal.ROLLED_BACK)));
    states.put("soaked > rolled back", soaked().then(new Ask.Reach(Goal.ROLLED_BACK)));
    states.put("parked promoted", soaked().then(new Input.Crashed("a bug")));
    states.put("rolling back", back().until(at(Side.SOURCE, Step.DRAINING)));
    states.put("rolling back, committed", committed(Side.SOURCE));
    states.put("rolled back", back().rest());
    states.put("rolled back > promoted", back().rest().then(new Ask.Reach(Goal.PROMOTED)));
    states.put("completing", completing());
    states.put("completed", completing().rest());
    return states;
  }

  private static Walk staged() {
    return new Walk(Goal.STAGED).rest();
  }

  /** A cutover was taken back, and the next is to be tried in a while. */
  private static Walk failed() {
    return undoing().until(promotion -> promotion.phase() instanceof Phase.Resting);
  }

  private static Walk undoing() {
    return new Walk(Goal.PROMOTED)
        .until(at(Side.TARGET, Step.DRAINING))
        .then(new Input.Failed("fence", "no answer"));
  }

  private static Walk promoted() {
    return new Walk(Goal.PROMOTED).rest();
  }

  private static Walk soaked() {
    return promoted().later(Samples.SHOP.limits().soak());
  }

  private static Walk back() {
    return promoted().then(new Ask.Reach(Goal.ROLLED_BACK));
  }

  private static Walk committed(Side to) {
    var begun = to == Side.TARGET ? new Walk(Goal.PROMOTED) : back();
    return begun.until(at(to, Step.OPENING));
  }

  private static Walk completing() {
    return soaked()
        .then(new Ask.Reach(Goal.COMPLETED))
        .until(promotion -> promotion.phase() instanceof Phase.Severing);
  }

  private static Predicate<Promotion> at(Side to, Step step) {
    return promotion ->
        promotion.phase() instanceof Phase.CuttingOver(Cutover cutover, _)
            && cutover.to() == to
            && cutover.step() == step;
  }

  @Test
  void everyVerbIsAnsweredInEveryStateAndComesToRestWhereItSays() {
    var found = new ArrayList<String>();
    found.add(row("", VERBS.keySet().stream().toList()));
    states()
        .forEach((name, state) ->
            found.add(
                row(name, VERBS.values().stream().map(ask -> cell(state.copy(), ask)).toList())));
    assertThat(String.join("\n", found) + "\n").isEqualTo(TABLE);
  }

  private static String row(String name, List<String> cells) {
    var row = new StringBuilder(String.format("%-28s", name));
    cells.forEach(cell -> row.append(String.format("| %-9s", cell)));
    return row.toString().stripTrailing();
  }

  private static String cell(Walk state, Ask ask) {
    String answer =
        switch (Decider.decide(state.promotion, ask, state.now)) {
          case Decision.Events(List<Event> events) -> events.isEmpty() ? "so" : "ok";
          case Decision.Refused(Refusal refusal, String message) -> {
            assertThat(message).matches("(?s)cannot .+: .+");
            yield word(refusal);
          }
        };
    if (answer.equals("ok")) {
      state.then(ask);
    }
    Promotion rested = state.rest().promotion;
    return answer + " " + letter(rested.phase()) + (rested.paused() ? "=" : "");
  }

  private static String word(Refusal refusal) {
    return switch (refusal) {
      case SEVERED -> "severed";
      case NOTHING_TO_ROLL_BACK -> "not so";
      case NOT_PROMOTED -> "not yet";
      case PAUSED -> "paused";
      case SOAKING -> "soaks";
      case PARKED -> "parked";
      case CUTTING_OVER -> "moving";
      case NOT_PAUSED -> "idle";
      case NOT_STAGED -> "unfit";
      case ACCESS_LEFT -> throw new AssertionError("nobody has access");
      case REHEARSING -> throw new AssertionError("nothing is rehearsed");
      case NO_FLIGHT -> throw new AssertionError("there are no flights");
      case NO_GATE, NOT_ENTITLED, NOT_SEPARATE, STATEMENT, NOTHING_TO_VALIDATE, CHECK, UNREVIEWED ->
          throw new AssertionError("there are no gates");
      case PLAN_CHANGED -> throw new AssertionError("no file was changed");
      case NOTHING_TO_GIVE_UP, SIDE_ANSWERS, NOBODY_LEFT ->
          throw new AssertionError("both sides are there");
    };
  }

  private static String letter(Phase rested) {
    return switch (rested) {
      case Phase.Resting resting -> resting.rest().name().substring(0, 1);
      case Phase.Parked _ -> "K";
      case Phase.Completed _ -> "C";
      default -> throw new AssertionError("no rest: " + rested);
    };
  }

  @Test
  void whoAsksForUsersToStayIsNeverToldThatThereIsNothingToDoWhileTheyWouldLeave() {
    states()
        .forEach((name, state) -> {
          var before = state.copy();
          if (Decider.decide(before.promotion, new Ask.Reach(Goal.ROLLED_BACK), before.now)
              instanceof Decision.Refused(Refusal refusal, _)) {
            assertThat(before.rest().promotion.owner())
                .as("%s refused a rollback as %s, and then", name, refusal)
                .isEqualTo(state.promotion.owner());
          }
        });
  }

  /** A promotion in a world that does as it is told. */
  private static final class Walk {
    private static final int TURNS_MAX = 400;
    private Promotion promotion;
    private World world;
    private Instant now;

    Walk(Goal goal) {
      this(
          Evolver.begin(new Event.Registered(Samples.SHOP, "plan", goal)),
          IdealWorld.untouched(Samples.SHOP),
          Promotions.NOW);
    }

    private Walk(Promotion promotion, World world, Instant now) {
      this.promotion = promotion;
      this.world = world;
      this.now = now;
    }

    Walk copy() {
      return new Walk(promotion, world, now);
    }

    static boolean replicates(Promotion promotion) {
      return promotion.phase() instanceof Phase.Replicating;
    }

    Walk later(Duration time) {
      now = now.plus(time);
      return this;
    }

    Walk then(Input input) {
      switch (Decider.decide(promotion, input, now)) {
        case Decision.Events(List<Event> events) -> {
          for (Event event : events) {
            promotion = Evolver.evolve(promotion, event);
          }
        }
        case Decision.Refused refused -> throw new AssertionError(refused.message());
      }
      return this;
    }

    Walk until(Predicate<Promotion> reached) {
      for (int turn = 0; turn < TURNS_MAX && !reached.test(promotion); turn++) {
        turn(Duration.ofMillis(10));
      }
      assertThat(reached.test(promotion)).as(promotion.stateWord()).isTrue();
      return this;
    }

    /** Goes on until nothing changes any more, however long it has to wait for that. */
    Walk rest() {
      int still = 0;
      for (int turn = 0; turn < TURNS_MAX && still < 10; turn++) {
        Promotion before = promotion;
        // What waits for a pause to be over is given it.
        turn(still < 3 ? Duration.ofMillis(10) : Duration.ofSeconds(30));
        still = promotion.equals(before) ? still + 1 : 0;
      }
      assertThat(still).as(promotion.stateWord()).isEqualTo(10);
      return this;
    }

    private void turn(Duration step) {
      now = now.plus(step);
      if (promotion.phase() instanceof Phase.Registered) {
        then(new Input.Preflighted(List.of()));
      }
      then(new Input.Seen(world));
      for (Action action : Course.next(promotion, world)) {
        world = IdealWorld.after(world, action, promotion.epoch());
      }
      world = IdealWorld.settled(world, now);
    }
  }

  /** Kept here so that a table that grows wrong columns is told at once. */
  @Test
  void theTableHasAColumnForEachVerb() {
    assertThat(TABLE.lines())
        .allSatisfy(line ->
            assertThat(Arrays.stream(line.split("\\|")).count()).isEqualTo(VERBS.size() + 1L));
  }
}
