package dev.landfall.engine;

import dev.landfall.problem.Finding;
import dev.landfall.promotion.World;
import dev.landfall.workload.Workload;
import java.util.List;

/** Looks at the outside of a workload without driving it; changes nothing. */
public final class Survey {
  private Survey() {}

  /**
   * Everything that would break later.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had
   */
  public static List<Finding> preflight(Workload workload, Adapters adapters) {
    try (var outside = new Outside(workload, adapters, Together.atOnce())) {
      return outside.findings();
    }
  }

  /**
   * The outside as it is now.
   *
   * @throws dev.landfall.problem.OutsideException when a secret cannot be had
   */
  public static World look(Workload workload, Adapters adapters) {
    try (var outside = new Outside(workload, adapters, Together.atOnce())) {
      return outside.look(Outside.LOOK_MAX);
    }
  }
}
