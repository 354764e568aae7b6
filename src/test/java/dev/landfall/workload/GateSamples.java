package dev.landfall.workload;

import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Step;
import dev.landfall.workload.GatePlan.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gates for tests. */
public final class GateSamples {
  /** Executed by a tester, documented, and validated by a business owner. */
  public static final Gate TESTED = gate("tested", Set.of(Flag.values()), Gate.About.PLAN);

  /** Executed by a check. */
  public static final Gate CHECKED =
      new Gate(
          "checked",
          "Checked",
          List.of(),
          "operations",
          List.of("business-owner"),
          1,
          Set.of(Flag.EXECUTED, Flag.DOCUMENTED),
          Set.of(Step.PROMOTE),
          Duration.ofDays(1),
          Gate.About.PLAN,
          Gate.Kind.MACHINE,
          Optional.of(
              new GateCheck("command", Duration.ofSeconds(30), Map.of("program", "/bin/true"))));

  /** The same without its check, as the catalogue has it. */
  public static final Gate UNCHECKED =
      new Gate(
          "unchecked",
          "Checked by nobody",
          List.of(),
          "operations",
          List.of("business-owner"),
          1,
          Set.of(Flag.EXECUTED, Flag.DOCUMENTED),
          Set.of(Step.PROMOTE),
          Duration.ofDays(1),
          Gate.About.PLAN,
          Gate.Kind.MACHINE,
          Optional.empty());

  public static final Person ANN =
      new Person("ann", List.of("business-owner"), Optional.of("ann's key"));

  /** May do everything that a role can let somebody do. */
  public static final Person ADMINISTRATOR =
      new Person(
          "bob",
          List.of("administrator", "business-owner", "governance", "operations"),
          Optional.of("bob's key"));

  public static final Person TESTER = new Person("tom", List.of("tester"), Optional.empty());

  public static final List<Person> PEOPLE = List.of(ANN, ADMINISTRATOR, TESTER);

  private GateSamples() {}

  /** A gate of people that holds the promotion back, and counts for ten days. */
  public static Gate gate(String id, Set<Flag> needs, Gate.About about) {
    return new Gate(
        id,
        "It is so",
        List.of("R28"),
        "operations",
        List.of("business-owner"),
        1,
        needs,
        Set.of(Step.PROMOTE),
        Duration.ofDays(10),
        about,
        Gate.Kind.PERSON,
        Optional.empty());
  }

  /** With another quorum. */
  public static Gate quorum(Gate gate, int quorum) {
    return new Gate(
        gate.id(),
        gate.title(),
        gate.requirements(),
        gate.owner(),
        gate.approvers(),
        quorum,
        gate.needs(),
        gate.binds(),
        gate.validity(),
        gate.about(),
        gate.kind(),
        gate.check());
  }

  /** Needing other flags. */
  public static Gate needing(Gate gate, Flag... flags) {
    return new Gate(
        gate.id(),
        gate.title(),
        gate.requirements(),
        gate.owner(),
        gate.approvers(),
        gate.quorum(),
        Set.of(flags),
        gate.binds(),
        gate.validity(),
        gate.about(),
        gate.kind(),
        gate.check());
  }

  /** Executed by another check. */
  public static Gate checked(GateCheck check) {
    return new Gate(
        CHECKED.id(),
        CHECKED.title(),
        CHECKED.requirements(),
        CHECKED.owner(),
        CHECKED.approvers(),
        CHECKED.quorum(),
        CHECKED.needs(),
        CHECKED.binds(),
        CHECKED.validity(),
        CHECKED.about(),
        CHECKED.kind(),
        Optional.of(check));
  }

  /** Holding other steps back. */
  public static Gate binding(Gate gate, Step... steps) {
    return new Gate(
        gate.id(),
        gate.title(),
        gate.requirements(),
        gate.owner(),
        gate.approvers(),
        gate.quorum(),
        gate.needs(),
        Set.of(steps),
        gate.validity(),
        gate.about(),
        gate.kind(),
        gate.check());
  }

  /** The people above behind these gates, by the usual policy. */
  public static GatePlan plan(Gate... gates) {
    return new GatePlan(List.of(gates), PEOPLE, Policy.STANDARD);
  }
}
