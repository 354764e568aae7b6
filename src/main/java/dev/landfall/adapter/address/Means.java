package dev.landfall.adapter.address;

import dev.landfall.problem.OutsideException;

/** How a host gets an address and lets it go. Each of these is done when it returns. */
interface Means {
  /** Whether the kernel has the address at this moment, ready to be used. */
  boolean has();

  /**
   * Takes the address; nothing happens when it is here already.
   *
   * @param unsure whether somebody else may still have it, so that the network is asked before
   * @throws OutsideException with {@link AddressProblem#CONFLICT} when somebody else answers for
   *     it, and then the address is not here; with {@link AddressProblem#HOST} when it did not work
   */
  void take(boolean unsure);

  /**
   * Lets the address go; nothing happens when it is not here.
   *
   * @throws OutsideException with {@link AddressProblem#HOST} when it did not work
   */
  void leave();

  /** Tells the network again that the address is here, now and then. Called about once a second. */
  void tend();
}
