package dev.landfall.adapter.address;

import java.util.Optional;

/**
 * A host as its agent sees it.
 *
 * @param address the address that it is about
 * @param kept the last order; absent when there never was one
 * @param present whether the kernel has the address at this moment
 * @param trouble why the order is not carried out, if it is not
 */
record AgentSeen(
    String address, Optional<AgentOrder> kept, boolean present, Optional<String> trouble) {
  long epoch() {
    return kept.map(AgentOrder::epoch).orElse(0L);
  }

  /** Whether the kernel is as the last order says. */
  boolean inForce() {
    return kept.filter(order -> order.has() == present).isPresent();
  }
}
