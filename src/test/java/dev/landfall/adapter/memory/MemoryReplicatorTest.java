package dev.landfall.adapter.memory;

import dev.landfall.replication.ReplicatorContract;
import dev.landfall.replication.World;

/** The fake does what real products do, with its links both at once. */
class MemoryReplicatorTest extends ReplicatorContract {
  @Override
  protected World world() {
    return new MemoryWorld(MemoryReplicator.Links.BOTH_AT_ONCE);
  }
}
