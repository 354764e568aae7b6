package dev.landfall.gate;

import dev.landfall.workload.Gate;
import java.util.Map;
import java.util.Optional;

/**
 * What evidence is about: the fingerprint of what was looked at.
 *
 * @param plan the hash of the plan
 * @param target the hash of what the target runs on; absent where that was not looked at
 * @param records the hash of the records that people wrote, by the gate whose check reads them; a
 *     gate is not in it when it reads none, or they were not looked at
 */
public record Subject(String plan, Optional<String> target, Map<String, String> records) {
  public Subject {
    records = Map.copyOf(records);
  }

  /** About no records. */
  public Subject(String plan, Optional<String> target) {
    this(plan, target, Map.of());
  }

  /** About a plan and nothing else. */
  public static Subject ofPlan(String plan) {
    return new Subject(plan, Optional.empty());
  }

  /**
   * Why evidence about this is none about what is there now; absent when it still is.
   *
   * @param now what is there; without a target when that cannot be known
   */
  Optional<String> staleness(Gate gate, Subject now) {
    if (!plan.equals(now.plan)) {
      return Optional.of("the plan was edited since");
    }
    if (gate.about() == Gate.About.PLAN) {
      return Optional.empty();
    }
    if (target.isEmpty()) {
      return Optional.of("it was not recorded what the target ran on");
    }
    if (now.target.isEmpty()) {
      return Optional.of("the target was not looked at, so nobody knows whether it has changed");
    }
    return target.equals(now.target)
        ? Optional.empty()
        : Optional.of("the target has changed since");
  }

  /**
   * Why evidence about these records is none about those that are there now; absent when it still
   * is. What a person signs names the evidence, and so needs no such question.
   */
  Optional<String> recordsStaleness(Gate gate, Subject now) {
    if (!gate.isAboutRecords()) {
      return Optional.empty();
    }
    if (!now.records.containsKey(gate.id())) {
      return Optional.of("its records were not looked at, so nobody knows whether they changed");
    }
    return now.records.get(gate.id()).equals(records.get(gate.id()))
        ? Optional.empty()
        : Optional.of("its records have changed since");
  }
}
