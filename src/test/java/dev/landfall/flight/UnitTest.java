package dev.landfall.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.stats.Arm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Errors are judged by users where they are told apart, and by requests elsewhere. */
class UnitTest {
  private static final List<String> METRICS = List.of("errors", "slower than p95");
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Policy POLICY =
      new Policy(
          0.25,
          0.25,
          new ErrorBudget(0.05, 3, 2),
          new ErrorBudget(0.05, 3, 2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(60),
          Map.of(),
          Set.of(),
          0);

  private static Arm arm(double rate, SplittableRandom random) {
    int events = 0;
    for (int i = 0; i < 300; i++) {
      events += random.nextDouble() < rate ? 1 : 0;
    }
    return new Arm(300, events);
  }

  /** Users who fail eight times in a row, as often on each side. */
  private static FlightJudge flyInRows(boolean byUsers, long seed) {
    var random = new SplittableRandom(seed);
    var judge = FlightJudge.of(POLICY, METRICS);
    while (judge.verdict() instanceof Verdict.Continue) {
      var users = new Reading(arm(0.002, random), arm(0.002, random), arm(0.002, random));
      var readings = new LinkedHashMap<String, Reading>();
      readings.put(
          "errors", new Reading(row(users.moved()), row(users.oneHalf()), row(users.otherHalf())));
      readings.put(
          "slower than p95", new Reading(arm(0.05, random), arm(0.05, random), arm(0.05, random)));
      if (byUsers) {
        readings.put(Policy.USERS, users);
      }
      judge = judge.after(TICK, readings);
    }
    return judge;
  }

  private static Arm row(Arm users) {
    return new Arm(users.units(), Math.min(users.units(), 8 * users.events()));
  }

  @Test
  void errorsInRowsFailNoFlightWhereUsersAreCountedAndManyWhereRequestsAre() {
    int byUsers = 0;
    int byRequests = 0;
    for (int seed = 0; seed < 60; seed++) {
      var judge = flyInRows(true, seed);
      byUsers += judge.verdict() instanceof Verdict.Fail ? 1 : 0;
      assertThat(judge.findings().getFirst().unit()).contains(Unit.USERS);
      assertThat(judge.findings().getLast().unit()).contains(Unit.REQUESTS);
      byRequests += flyInRows(false, seed).verdict() instanceof Verdict.Fail ? 1 : 0;
    }
    assertThat(byUsers).isLessThanOrEqualTo(1);
    assertThat(byRequests).isGreaterThan(6);
  }

  @Test
  void aVerdictSaysWhetherItCountedUsersOrRequests() {
    var requests = new Reading(new Arm(4000, 800), new Arm(2000, 10), new Arm(2000, 10));
    var users = new Reading(new Arm(1000, 100), new Arm(500, 1), new Arm(500, 1));
    var judge = FlightJudge.of(POLICY, METRICS).after(TICK, Map.of("errors", requests));
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Fail.class,
            fail -> assertThat(fail.why()).contains("800 of 4000", "counting requests"));
    judge =
        FlightJudge.of(POLICY, METRICS)
            .after(TICK, Map.of("errors", requests, Policy.USERS, users));
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Fail.class,
            fail -> assertThat(fail.why()).contains("100 of 1000 moved", "counting users"));
    assertThat(judge.findings().getFirst().movedRequests()).isEqualTo(new Arm(4000, 800));
    judge = judge.after(TICK, Map.of("errors", requests));
    assertThat(judge.findings().getFirst().unit()).contains(Unit.BOTH);
    assertThat(FlightJudge.of(POLICY, judge.memory()).findings()).isEqualTo(judge.findings());
  }

  @Test
  void aFlightThatBringsMoreUsersIntoTroubleThanItMayFailsWithoutProof() {
    var requests = new Reading(new Arm(4000, 40), new Arm(2000, 0), new Arm(2000, 0));
    var users = new Reading(new Arm(1000, 3), new Arm(500, 1), new Arm(500, 0));
    var judge = FlightJudge.of(POLICY.guardingUsers(3), METRICS);
    for (int i = 0; i < 2; i++) {
      assertThat(judge.verdict()).as("%d users", 3 * i).isInstanceOf(Verdict.Continue.class);
      judge = judge.after(TICK, Map.of("errors", requests, Policy.USERS, users));
    }
    assertThat(FlightJudge.of(POLICY.guardingUsers(3), judge.memory()).verdict(WAITING))
        .as("whatever has not been confirmed of requests")
        .isInstanceOfSatisfying(
            Verdict.Fail.class,
            fail ->
                assertThat(fail.why())
                    .isEqualTo(
                        "users with errors: 4 more than there would have been, and at most 3 are"
                            + " allowed"));
    assertThat(judge.after(TICK, Map.of(Policy.USERS_KNOWN, users)).memory().users().moved())
        .as("users whom only some planes know")
        .isEqualTo(new Arm(3000, 9));
  }

  /** As the guide says: without anybody who stayed there is nothing to take off. */
  @Test
  void whenEverybodyHasMovedEachUserInTroubleCounts() {
    var none = new Arm(0, 0);
    var requests = new Reading(new Arm(4000, 4), none, none);
    var users = new Reading(new Arm(1000, 2), none, none);
    var judge = FlightJudge.of(POLICY.guardingUsers(3), METRICS);
    for (int i = 0; i < 2; i++) {
      assertThat(judge.verdict()).as("%d users", 2 * i).isInstanceOf(Verdict.Continue.class);
      judge = judge.after(TICK, Map.of("errors", requests, Policy.USERS, users));
    }
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Fail.class, fail -> assertThat(fail.why()).contains("4 more than there would"));
  }

  private static final Later WAITING =
      new Later(Set.of("errors"), false, java.util.Optional.empty());

  @Test
  void guardsLookAtRequestsWhateverTheProofsAreDrawnFrom() {
    var requests = new Reading(new Arm(100, 60), new Arm(50, 0), new Arm(50, 0));
    var users = new Reading(new Arm(40, 1), new Arm(40, 0), new Arm(40, 0));
    var judge =
        FlightJudge.of(POLICY.guarded(0.2, 500), METRICS)
            .after(TICK, Map.of("errors", requests, Policy.USERS, users));
    assertThat(judge.verdict())
        .isInstanceOfSatisfying(
            Verdict.Fail.class,
            fail -> assertThat(fail.why()).contains("60 of 100 requests in the last tick"));
  }

  @Test
  void failuresThatNobodyMindsAreProvenOfUsersToo() {
    var policy = POLICY.tolerating(0.01);
    var requests = new Reading(new Arm(5000, 0), Arm.NONE, Arm.NONE);
    var few = new Reading(new Arm(50, 0), Arm.NONE, Arm.NONE);
    var judge =
        FlightJudge.of(policy.watching(Set.of("slower than p95")), METRICS)
            .after(POLICY.timeMin(), Map.of("errors", requests));
    assertThat(judge.verdict()).isInstanceOf(Verdict.Pass.class);
    judge =
        FlightJudge.of(policy.watching(Set.of("slower than p95")), METRICS)
            .after(POLICY.timeMin(), Map.of("errors", requests, Policy.USERS, few));
    assertThat(judge.verdict()).as("few users asked often").isInstanceOf(Verdict.Continue.class);
  }
}
