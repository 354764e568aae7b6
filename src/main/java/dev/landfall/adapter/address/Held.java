package dev.landfall.adapter.address;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a kernel has of the address at one moment.
 *
 * @param presence what it has where the agent was told to have it: with that prefix, on that
 *     interface
 * @param strays where else it is, which users come to just as well; empty as a rule
 * @param link the interface that the agent was told; absent when there is no such
 */
record Held(Presence presence, List<Place> strays, Optional<Link> link) {
  /** What the kernel says of one. */
  enum Presence {
    ABSENT,
    /** Not to be used yet: the kernel asks the network whether it is somebody else's (RFC 4862). */
    TENTATIVE,
    /** Somebody else has it. */
    DOUBLED,
    PRESENT
  }

  /**
   * Where an address is.
   *
   * @param address with its prefix: {@code 192.0.2.10/24}
   */
  record Place(String address, String device) {
    @Override
    public String toString() {
      return address + " on " + device;
    }
  }

  /**
   * An interface.
   *
   * @param index its number in the kernel
   * @param up whether it was switched on and has a carrier
   * @param hardware its Ethernet address, as in {@code 02:00:00:00:0a:01}; empty when it has none
   */
  record Link(int index, boolean up, String hardware) {
    private static final Pattern ETHERNET = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    /** The six bytes of the Ethernet address; absent when it has none to be found by. */
    Optional<byte[]> ethernet() {
      return ETHERNET.matcher(hardware).matches() && !hardware.equals("00:00:00:00:00:00")
          ? Optional.of(HexFormat.ofDelimiter(":").parseHex(hardware))
          : Optional.empty();
    }
  }

  Held {
    strays = List.copyOf(strays);
  }

  /** Whether it can be used where it was meant to be. */
  boolean isHere() {
    return presence == Presence.PRESENT;
  }

  /** Whether this host has it nowhere, whatever prefix and interface. */
  boolean isGone() {
    return presence == Presence.ABSENT && strays.isEmpty();
  }

  /** Whether it is as an order says. */
  boolean is(boolean has) {
    return has ? isHere() : isGone();
  }

  /** For people. */
  String straysWords() {
    return strays.stream().map(Place::toString).collect(Collectors.joining(", "));
  }
}
