package dev.landfall.adapter.address;

import dev.landfall.control.ControlDoor;
import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of an agent.
 *
 * @param address the service address with its prefix: {@code 192.0.2.10/32}
 * @param device the interface that gets it
 * @param controlHost the address where orders are taken; loopback, unless {@code openControl}
 * @param controlPort its port; 0 for any free one
 * @param openControl whether orders may be taken elsewhere than on loopback
 * @param token what every order must carry; at least 16 characters
 * @param stateFile where the last order is kept; its folder is made when there is none
 * @param trackFile the file that keepalived tracks, when it is the one that gives the address
 */
public record AgentOptions(
    String address,
    String device,
    String controlHost,
    int controlPort,
    boolean openControl,
    String token,
    Path stateFile,
    Optional<Path> trackFile) {

  /** The address, once the settings are found to be safe. */
  ServiceAddress check() {
    ControlDoor.unsafe(controlHost, openControl, token)
        .ifPresent(why -> {
          throw refused(why);
        });
    if (!device.matches("[^\\s/]{1,15}")) {
      throw refused("\"" + device + "\" is no name of an interface; ip addr shows them");
    }
    try {
      return ServiceAddress.parse(address);
    } catch (IllegalArgumentException _) {
      // It says no more than that this text is none, which is said here with what to give.
      throw refused("\"" + address + "\" is no service address; give one like 192.0.2.10/32");
    }
  }

  private static OutsideException refused(String why) {
    return new OutsideException(AddressProblem.OPTIONS, "cannot start the agent: " + why);
  }

  /** The token is a secret. */
  @Override
  public String toString() {
    return "agent of " + address + " on " + device;
  }
}
