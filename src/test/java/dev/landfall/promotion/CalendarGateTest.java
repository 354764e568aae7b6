package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.gate.Evidence;
import dev.landfall.gate.Loosening;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.gate.Subject;
import dev.landfall.promotion.Input.Ask;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Calendar.Freeze;
import dev.landfall.workload.Calendar.Window;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** R83: nobody is moved at another time than the calendar says, and everybody may come back. */
class CalendarGateTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Gate WINDOW =
      new Gate(
          Calendar.GATE,
          "It is a time at which users may be moved",
          List.of("R83"),
          "change-manager",
          List.of("governance"),
          1,
          Set.of(Gate.Flag.EXECUTED),
          Set.of(Gate.Step.values()),
          Duration.ofDays(1),
          Gate.About.PLAN,
          Gate.Kind.CALENDAR,
          Optional.empty());
  private static final Window NIGHTS =
      new Window(Set.of(DayOfWeek.SUNDAY), LocalTime.of(22, 0), LocalTime.of(4, 0), BERLIN);
  private static final Freeze FAIR =
      new Freeze(
          "fair",
          LocalDateTime.parse("2026-03-08T00:00"),
          BERLIN,
          14,
          Duration.ZERO,
          Optional.empty());
  private static final Calendar CALENDAR = new Calendar(BERLIN, List.of(NIGHTS), List.of(FAIR));

  private static final Instant NOON = Promotions.NOW;
  private static final Instant NIGHT = Instant.parse("2026-03-01T21:00:00Z");

  private Promotion promotion = staged();
  private Instant now = NOON;

  private static GatePlan plan(Calendar calendar) {
    GatePlan usual = GateSamples.plan(WINDOW);
    return new GatePlan(usual.gates(), usual.people(), usual.policy(), Optional.of(calendar));
  }

  private static Promotion staged() {
    Workload workload = Samples.SHOP.behind(Optional.of(plan(CALENDAR)));
    return new Promotion(
        workload,
        "plan",
        Goal.STAGED,
        false,
        4,
        Flown.NONE,
        Set.of(),
        Promotions.rest(Phase.Rest.STAGED));
  }

  private Decision decide(Input input) {
    now = now.plusSeconds(1);
    Decision decision = Decider.decide(promotion, input, now);
    if (decision instanceof Decision.Events(List<Event> events)) {
      events.forEach(event -> promotion = Evolver.evolve(promotion, event));
    }
    return decision;
  }

  private List<Event> then(Input input) {
    return switch (decide(input)) {
      case Decision.Events(List<Event> events) -> events;
      case Decision.Refused refused -> throw new AssertionError(refused.message());
    };
  }

  private List<Event> promoted() {
    then(new Ask.Reach(Goal.PROMOTED, Optional.of("tom")));
    return then(new Input.Seen(Worlds.staged().seen()));
  }

  private Ask waives(String reason) {
    var statement =
        new Statement(
            Verb.WAIVE,
            "shop",
            Calendar.GATE,
            "plan",
            Optional.empty(),
            Statement.NOTHING,
            "bob",
            "governance",
            now.plusSeconds(1),
            now.plus(Duration.ofHours(4)),
            reason);
    return new Ask.Sign(new Signed(statement, "bob's key", "proven before"));
  }

  @Test
  void outsideTheWindowAPromotionIsWithheldWithTheNextOne() {
    assertThat(promoted()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(promotion.rehearsals().withheld().orElseThrow().why())
        .containsExactly(
            "window is closed: it is outside every window: sunday 22:00-04:00 Europe/Berlin;"
                + " next: 2026-03-01T22:00+01:00[Europe/Berlin]");
    now = NIGHT;
    assertThat(promoted()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void inAFreezeNobodyIsMovedInTheWindowEither() {
    now = Instant.parse("2026-03-08T21:30:00Z");
    assertThat(promoted()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
    assertThat(promotion.rehearsals().withheld().orElseThrow().why().getFirst())
        .contains("freeze \"fair\" until 2026-03-22T00:00+01:00")
        .contains("next: 2026-03-22T22:00+01:00");
  }

  @Test
  void aWindowThatClosesWhileSidesAreComparedHoldsBackInTheLastMoment() {
    now = Instant.parse("2026-03-02T02:59:58Z");
    then(new Ask.Reach(Goal.PROMOTED, Optional.of("tom")));
    assertThat(then(new Input.Seen(Worlds.staged().seen())))
        .hasOnlyElementsOfType(Event.PromotionWithheld.class);
  }

  @Test
  void whoeverMayLetsUsersByForATimeAndSaysWhy() {
    assertThat(decide(waives(" "))).isInstanceOf(Decision.Refused.class);
    assertThat(then(waives("the old room floods; INC-7")))
        .hasOnlyElementsOfType(Event.GateSigned.class);
    assertThat(promoted()).hasOnlyElementsOfType(Event.CutoverBegun.class);
  }

  @Test
  void anExceptionEnds() {
    then(waives("the old room floods; INC-7"));
    now = now.plus(Duration.ofHours(4));
    assertThat(promoted()).hasOnlyElementsOfType(Event.PromotionWithheld.class);
  }

  @Test
  void nobodyCanTestOrApproveTheTimeOfDay() {
    var report = List.of(new Evidence(Evidence.Kind.FILE, "r.pdf", "aa", 7));
    var plan = Subject.ofPlan("plan");
    for (Ask ask :
        List.of(
            new Ask.Attach(Calendar.GATE, "tom", plan, true, "", report),
            new Ask.BeginCheck(Calendar.GATE, "tom", plan))) {
      assertThat(decide(ask))
          .isInstanceOfSatisfying(
              Decision.Refused.class,
              refused -> assertThat(refused.message()).contains("landfall waive lets users by"));
    }
  }

  @Test
  void theWayBackIsOpenAtAnyTime() {
    var always =
        new Freeze(
            "always",
            LocalDateTime.parse("2020-01-01T00:00"),
            BERLIN,
            3650,
            Duration.ZERO,
            Optional.empty());
    var never = new Calendar(BERLIN, List.of(), List.of(always));
    var walk = new FlightWalk(Samples.SHOP).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("promoted");
    Workload frozen = Samples.SHOP.behind(Optional.of(plan(never)));
    walk.promotion = walk.promotion.of(frozen, "plan");
    walk.then(new Ask.Reach(Goal.ROLLED_BACK, Optional.of("whoever is there"))).settle();
    assertThat(walk.promotion.stateWord()).isEqualTo("rolled back");
  }

  @Test
  void aCalendarThatLetsMoreIsLooserAndOneThatLetsLessIsNot() {
    GatePlan before = plan(CALENDAR);
    var wider = new Window(NIGHTS.days(), LocalTime.of(20, 0), NIGHTS.to(), BERLIN);
    assertThat(looser(before, new Calendar(BERLIN, List.of(wider), List.of(FAIR))))
        .containsExactly("users may be moved at other times than before");
    assertThat(looser(before, new Calendar(BERLIN, List.of(), List.of(FAIR)))).hasSize(1);
    assertThat(looser(before, new Calendar(BERLIN, List.of(NIGHTS), List.of())))
        .containsExactly("a freeze is gone, or another one");
    assertThat(looser(plan(new Calendar(BERLIN, List.of(NIGHTS), List.of())), CALENDAR)).isEmpty();
    assertThat(looser(plan(new Calendar(BERLIN, List.of(), List.of(FAIR))), CALENDAR)).isEmpty();
  }

  private static List<String> looser(GatePlan before, Calendar after) {
    return Loosening.between(before, Optional.of(plan(after)));
  }
}
