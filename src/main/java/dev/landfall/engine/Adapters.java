package dev.landfall.engine;

import dev.landfall.access.AccessControl;
import dev.landfall.rehearsal.Inspector;
import dev.landfall.rehearsal.Sandbox;
import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.util.Optional;

/** Makes the ports to the products that a workload names. */
public interface Adapters {
  /**
   * The port to a data asset.
   *
   * @throws dev.landfall.problem.OutsideException when a secret that it needs cannot be had
   */
  Replicator replicator(String workload, Asset.Data asset, Limits limits);

  /**
   * The port to a plane.
   *
   * @throws dev.landfall.problem.OutsideException when a secret that it needs cannot be had
   */
  Router router(Route route);

  /**
   * The port that reads what an asset runs on at the target; absent when its kind tells nothing.
   *
   * @throws dev.landfall.problem.OutsideException when a secret that it needs cannot be had
   */
  default Optional<Inspector> inspector(Workload workload, Asset asset) {
    return Optional.empty();
  }

  /**
   * The port to clones of a data asset; absent when its kind cannot be cloned.
   *
   * @throws dev.landfall.problem.OutsideException when a secret that it needs cannot be had
   */
  default Optional<Sandbox> sandbox(String workload, Asset.Data asset) {
    return Optional.empty();
  }

  /**
   * The port to an access of the adoption team; absent when nothing here knows its kind.
   *
   * @throws dev.landfall.problem.OutsideException when a secret that it needs cannot be had
   */
  default Optional<AccessControl> access(Workload workload, Access access) {
    return Optional.empty();
  }

  /** The port that checks a gate; absent when nothing here knows the kind of its check. */
  default Optional<Probe> probe(Workload workload, String planHash, Gate gate) {
    return Optional.empty();
  }
}
