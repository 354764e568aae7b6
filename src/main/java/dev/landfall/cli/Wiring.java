package dev.landfall.cli;

import dev.landfall.workload.Identity;
import dev.landfall.workload.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes the parts that a verb needs, when it needs them: most verbs load little. */
public interface Wiring {
  /**
   * What was asked of {@code landfall router}.
   *
   * @param listen {@code host:port} where users are served
   * @param control {@code host:port} where orders are taken
   * @param openControl whether orders may be taken elsewhere than on loopback
   * @param token the reference of the secret that orders carry: {@code env:NAME}
   * @param state the file in which the last order is kept
   */
  record RouterOrder(
      String listen, String control, boolean openControl, String token, Path state) {}

  /**
   * What was asked of {@code landfall address-agent}.
   *
   * @param address the service address with its prefix
   * @param device the interface that gets it
   * @param control {@code host:port} where orders are taken
   * @param openControl whether orders may be taken elsewhere than on loopback
   * @param token the reference of the secret that orders carry: {@code env:NAME}
   * @param state the file in which the last order is kept
   * @param trackFile the file that keepalived tracks; absent when the agent moves the address
   *     itself
   */
  record AddressAgentOrder(
      String address,
      String device,
      String control,
      boolean openControl,
      String token,
      Path state,
      Optional<Path> trackFile) {}

  /**
   * What was asked of {@code landfall probe-agent}.
   *
   * @param control {@code host:port} where it is asked
   * @param openControl whether it may be asked elsewhere than on loopback
   * @param token the reference of the secret that each request carries: {@code env:NAME}
   * @param allowed the networks that it may look at; none for all but the machine's own
   */
  record ProbeAgentOrder(String control, boolean openControl, String token, List<Network> allowed) {
    public ProbeAgentOrder {
      allowed = List.copyOf(allowed);
    }
  }

  /**
   * What was asked of {@code landfall haproxy include}.
   *
   * @param route the name of the route
   * @param identity how users are told apart
   * @param script the whole path of the file of Lua
   * @param folder the whole path of the folder in which HAProxy keeps its orders
   * @param chroot the folder that HAProxy locks itself into; absent when it does not
   * @param heldMost how many requests may wait in a hold at once
   */
  record HaproxyOrder(
      String route,
      Identity identity,
      String script,
      String folder,
      Optional<String> chroot,
      int heldMost) {}

  /**
   * What an HAProxy needs for a route.
   *
   * @param include a configuration file of its own
   * @param frontend the lines by which a frontend leads requests there
   */
  record HaproxyText(String include, String frontend) {}

  /**
   * What was asked of {@code landfall demo}.
   *
   * @param rows how many orders the shop begins with
   * @param customers how many customers shop at once
   * @param seconds how long each phase is watched; absent for the usual
   * @param model how users and data move: {@code single-step}, {@code flight}
   * @param breaks what to break on the way, one of what the model's demo knows
   * @param gates whether all gates of the catalogue hold users back first
   * @param keep whether everything stays up at the end
   * @param report where the report goes as JSON; absent for nowhere
   */
  record DemoOrder(
      int rows,
      int customers,
      OptionalInt seconds,
      String model,
      List<String> breaks,
      boolean gates,
      boolean keep,
      boolean json,
      Optional<Path> report) {
    public DemoOrder {
      breaks = List.copyOf(breaks);
    }
  }

  /** Opens the state in a data folder; the folder is made when it is missing. */
  Operations operations(Path data);

  /** Drives every workload in a data folder until it is told to stop. */
  Exit controller(Path data);

  /** Runs a router until it is told to stop. */
  Exit router(RouterOrder order);

  /** Runs the agent of a service address until it is told to stop. */
  Exit addressAgent(AddressAgentOrder order);

  /** Looks on behalf of others until it is told to stop. */
  Exit probeAgent(ProbeAgentOrder order);

  /**
   * What an HAProxy needs for a route.
   *
   * @throws IllegalArgumentException when something of it cannot stand in a configuration
   */
  HaproxyText haproxy(HaproxyOrder order);

  /** The file of Lua that HAProxy loads. */
  String haproxyLua();

  /** Runs the demo. */
  Exit demo(DemoOrder order);
}
