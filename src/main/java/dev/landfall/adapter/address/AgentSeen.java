package dev.landfall.adapter.address;

import java.util.Optional;

/**
 * A host as its agent sees it.
 *
 * @param address the address that it is about
 * @param kept the last order; absent when there never was one
 * @param present whether the kernel has the address at this moment, as it is to have it, and
 *     nothing is known to have kept the network from being told
 * @param gone whether the kernel has it nowhere, whatever prefix and interface
 * @param cannotTake why an order to take the address could not be carried out now; absent when it
 *     could, as far as the host can tell
 * @param cannotLeave the same of an order to let it go
 * @param trouble why the order is not carried out, or what users have to bear though it is; absent
 *     when there is nothing to tell
 */
record AgentSeen(
    String address,
    Optional<AgentOrder> kept,
    boolean present,
    boolean gone,
    Optional<String> cannotTake,
    Optional<String> cannotLeave,
    Optional<String> trouble) {
  long epoch() {
    return kept.map(AgentOrder::epoch).orElse(0L);
  }

  /** Whether the kernel is as the last order says. */
  boolean inForce() {
    return kept.filter(order -> order.has() ? present : gone).isPresent();
  }
}
