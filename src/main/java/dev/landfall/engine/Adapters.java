package dev.landfall.engine;

import dev.landfall.replication.Replicator;
import dev.landfall.routing.Router;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Route;

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
}
