package dev.landfall.adapter.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.reach.Sight.Attempt;
import dev.landfall.adapter.reach.Sight.Outcome;
import dev.landfall.adapter.reach.Sight.Reached;
import dev.landfall.adapter.reach.Sight.Resolved;
import dev.landfall.engine.Probe.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names lead where they must, and the target is as near as the source; or it is told. */
class RoutingProbeTest {
  private static final String SOURCE = "10.1.0.5:443";
  private static final String TARGET = "20.0.0.5:443";

  private static RoutingProbe.Wanted wanted(double lossMax) {
    return new RoutingProbe.Wanted(
        List.of("www.shop.example"),
        List.of("10.0.0.53"),
        Set.of("10.1.0.5", "2001:db8::5"),
        SOURCE,
        TARGET,
        10,
        Duration.ofMillis(20),
        lossMax);
  }

  /** A place that ten connections reach in so many milliseconds each, save those that are lost. */
  private static Reached reached(String place, int millis, int lost) {
    var attempts = new ArrayList<Attempt>();
    for (int i = 0; i < 10; i++) {
      attempts.add(
          i < lost
              ? new Attempt("10.1.0.5", Outcome.SILENT, Duration.ofSeconds(2), "")
              : new Attempt("10.1.0.5", Outcome.CONNECTED, Duration.ofMillis(millis), ""));
    }
    return new Reached(place, attempts);
  }

  private static Resolved leads(String... addresses) {
    return new Resolved("www.shop.example", "10.0.0.53", List.of(addresses), Optional.empty());
  }

  private static Observation look(double lossMax, Resolved name, Reached... places)
      throws Exception {
    var sight = new Sight(List.of(places), List.of(name));
    try (var agent = new ScriptedAgent(errand -> ProbeJson.ofSight(sight))) {
      Observation seen =
          new RoutingProbe(
                  List.of(agent.vantage()),
                  wanted(lossMax),
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(30))
              .look();
      return new Observation(
          seen.passed(),
          seen.reason().replace("from " + agent.url() + ": ", ""),
          seen.raw().replace(agent.url(), "the branch"));
    }
  }

  @Test
  void namesThatLeadToTheSideAndATargetThatIsAsNearPass() throws Exception {
    Observation seen =
        look(
            0,
            leads("10.1.0.5", "2001:db8:0:0:0:0:0:5"),
            reached(SOURCE, 30, 0),
            reached(TARGET, 50, 0));
    assertThat(seen.reason()).isEmpty();
    assertThat(seen.raw())
        .isEqualTo(
            """
            from: the branch
            www.shop.example by 10.0.0.53 leads to 10.1.0.5, 2001:db8:0:0:0:0:0:5
            source 10.1.0.5:443: 10 connections, 0.0 % lost, half of the others within 30.0 ms
            target 20.0.0.5:443: 10 connections, 0.0 % lost, half of the others within 50.0 ms
            """);
  }

  @Test
  void aNameThatAlsoLeadsElsewhereIsFound() throws Exception {
    assertThat(
            look(0, leads("10.1.0.5", "10.9.9.9"), reached(SOURCE, 1, 0), reached(TARGET, 1, 0))
                .reason())
        .isEqualTo("www.shop.example by 10.0.0.53 leads to 10.9.9.9, and must not");
    assertThat(look(0, leads(), reached(SOURCE, 1, 0), reached(TARGET, 1, 0)).reason())
        .isEqualTo("www.shop.example by 10.0.0.53 leads nowhere");
  }

  @Test
  void aTargetThatIsFartherAwayThanIsAllowedIsFound() throws Exception {
    assertThat(look(0, leads("10.1.0.5"), reached(SOURCE, 30, 0), reached(TARGET, 51, 0)).reason())
        .isEqualTo("the target answers 21.0 ms later than the source, and 20.0 ms are allowed");
  }

  @Test
  void aTargetThatLosesMoreThanIsAllowedIsFound() throws Exception {
    Reached source = reached(SOURCE, 1, 1);
    assertThat(look(0, leads("10.1.0.5"), source, reached(TARGET, 1, 3)).reason())
        .isEqualTo(
            "the target loses 20.0 % of the connections more than the source, and 0.0 % are"
                + " allowed");
    assertThat(look(0.25, leads("10.1.0.5"), source, reached(TARGET, 1, 3)).passed()).isTrue();
    assertThat(look(1, leads("10.1.0.5"), source, reached(TARGET, 1, 10)).reason())
        .isEqualTo("no connection to " + TARGET + " was made");
    assertThat(look(1, leads("10.1.0.5"), reached(SOURCE, 1, 10), source).passed()).isFalse();
  }

  @Test
  void aTargetThatLosesAsMuchAsASourceThatNobodyReachesHasNotPassed() throws Exception {
    assertThat(look(0, leads("10.1.0.5"), reached(SOURCE, 1, 9), reached(TARGET, 1, 9)).reason())
        .isEqualTo(
            "the source itself loses 90.0 % of the connections, and nothing can be compared with"
                + " that");
  }

  @Test
  void anAgentThatLeavesSomethingOutHasNotLooked() throws Exception {
    Observation seen = look(1, leads("10.1.0.5"), reached(SOURCE, 1, 0));
    assertThat(seen.passed()).isFalse();
    assertThat(seen.reason())
        .isEqualTo(
            "nothing can be looked at: the agent has not looked at all that it was asked for");
    assertThat(
            look(1, leads("10.1.0.5"), reached(SOURCE, 1, 0), new Reached(TARGET, List.of()))
                .passed())
        .isFalse();
  }

  /** Half of the addresses of both sides would be lost alike, or few enough to be allowed. */
  @Test
  void whatAnAgentMayNotLookAtIsToldAndNeverTakenForLost() throws Exception {
    String why = "the agent may not look at 2001:db8::9; start it with --allow for that network";
    var refused = new Attempt("2001:db8:0:0:0:0:0:9", Outcome.NOT_TRIED, Duration.ZERO, why);
    var seen = new ArrayList<>(reached(TARGET, 1, 0).attempts());
    seen.add(refused);
    Reached target = new Reached(TARGET, seen);
    assertThat(look(1, leads("10.1.0.5"), reached(SOURCE, 1, 0), target).reason())
        .isEqualTo(TARGET + " was not tried: " + why);
    assertThat(look(1, leads("10.1.0.5"), new Reached(SOURCE, List.of(refused)), target).reason())
        .isEqualTo(
            "%s was not tried: %s; %s was not tried: %s".formatted(SOURCE, why, TARGET, why));
  }
}
