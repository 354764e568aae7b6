package dev.landfall.adapter.memory;

import dev.landfall.replication.TwoWayContract;
import dev.landfall.replication.World;

/** The fake lets both sides accept writes as real products do. */
class MemoryTwoWayTest extends TwoWayContract {
  @Override
  protected World world() {
    return new MemoryWorld(MemoryReplicator.Links.BOTH_AT_ONCE);
  }
}
