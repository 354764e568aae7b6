package dev.landfall.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.GatePlan.Policy;
import dev.landfall.workload.GateSamples;
import dev.landfall.workload.Person;
import dev.landfall.workload.Samples;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who gave the file is known through every account and every edit. */
class RequesterTest {
  private static final Workload GATED = shop(Policy.STANDARD);
  private static final Workload LOOSE =
      shop(new Policy(Set.of(), List.of("governance"), Duration.ofDays(1), Duration.ofDays(1)));

  private static Workload shop(Policy policy) {
    Person bob = GateSamples.ADMINISTRATOR;
    var people =
        List.of(
            GateSamples.ANN,
            new Person("bob", bob.roles(), bob.key(), List.of("root")),
            GateSamples.TESTER);
    return Samples.SHOP.behind(
        Optional.of(new GatePlan(List.of(GateSamples.TESTED), people, policy)));
  }

  @Test
  void whoOrdersWithTheFirstFileIsKnownByNameWhateverTheAccount() {
    Promotion promotion =
        Evolver.begin(new Event.Registered(GATED, "p1", Goal.PROMOTED, Optional.of("root")));
    assertThat(promotion.gates().executors()).containsExactly("bob");
    assertThat(promotion.gates().givers()).containsExactly("bob");
  }

  @Test
  void whoGaveAFileThatSomebodyElseEditedApprovesNothingOfIt() {
    Promotion promotion =
        Evolver.begin(new Event.Registered(GATED, "p1", Goal.STAGED, Optional.of("root")));
    var edited = new Event.Amended(LOOSE, "p2", Optional.of("tom"));
    promotion = Evolver.evolve(promotion, edited);
    GatePlan plan = GATED.gates().orElseThrow();
    var separation = GateRule.separation(promotion, plan);
    assertThat(separation.against("bob", Duty.APPROVER)).isPresent();
    assertThat(separation.against("tom", Duty.APPROVER)).isPresent();
    assertThat(separation.against("ann", Duty.APPROVER)).isEmpty();
    promotion = Evolver.evolve(promotion, new Event.Amended(LOOSE, "p1", Optional.of("annabel")));
    separation = GateRule.separation(promotion, plan);
    assertThat(separation.against("ann", Duty.APPROVER).orElseThrow())
        .startsWith("annabel gave the workload file, and it does not say who that is");
    assertThat(separation.breaches()).hasSize(1);
  }
}
