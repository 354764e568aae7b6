package dev.landfall.adapter.address;

import dev.landfall.routing.RouteOrder;

/**
 * An order to one host: whether it is the one that has the address.
 *
 * @param order the order to the plane behind it
 * @param has whether the address is to be here
 * @param unsure whether the other host did not say that it has let go
 */
record AgentOrder(RouteOrder order, boolean has, boolean unsure) {
  long epoch() {
    return order.epoch();
  }
}
