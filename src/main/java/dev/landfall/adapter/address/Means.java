package dev.landfall.adapter.address;

import dev.landfall.problem.OutsideException;
import java.util.Optional;

/** How a host gets an address and lets it go. Each of these is done when it returns. */
interface Means {
  /**
   * What the kernel has of the address at this moment.
   *
   * @throws OutsideException with {@link AddressProblem#HOST} when it cannot be asked
   */
  Held held();

  /**
   * Takes the address; nothing happens when it is here already.
   *
   * @param unsure whether somebody else may still have it, so that the network is asked before
   * @throws OutsideException with {@link AddressProblem#CONFLICT} when somebody else answers for
   *     it, and then the address is not here; with {@link AddressProblem#HOST} when it did not work
   */
  void take(boolean unsure);

  /**
   * Lets the address go, wherever this host has it; nothing happens when it is nowhere.
   *
   * @return what users have to bear besides, as a sentence, though the address is gone; absent when
   *     there is nothing
   * @throws OutsideException with {@link AddressProblem#HOST} when it did not work
   */
  Optional<String> leave();

  /** Whether the network could not be told that the address is here, when it was tried last. */
  boolean isUntold();

  /** Tells the network again that the address is here, now and then. Called about once a second. */
  void tend();

  /**
   * Why an order could not be carried out at this moment, as far as can be told without it.
   *
   * @param has whether it would be to take the address
   * @param held what the kernel has
   * @return a sentence; absent when nothing is known to be in the way
   */
  Optional<String> unable(boolean has, Held held);

  /**
   * Asks the network for the address, for about half a second.
   *
   * @return who answers for it, by its Ethernet address; absent when nobody does
   * @throws OutsideException with {@link AddressProblem#HOST} when it cannot be asked
   */
  Optional<String> claimant();
}
