package dev.landfall.adapter.memory;

import dev.landfall.replication.ReplicatorContract;
import dev.landfall.replication.World;

/** The fake does what real products do, with its links one at a time. */
class MemoryReplicatorOneLinkTest extends ReplicatorContract {
  @Override
  protected World world() {
    return new MemoryWorld(MemoryReplicator.Links.ONE_AT_A_TIME);
  }
}
