package dev.landfall.cli;

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
   * What was asked of {@code landfall demo}.
   *
   * @param rows how many orders the shop begins with
   * @param customers how many customers shop at once
   * @param seconds how long each phase is watched; absent for the usual
   * @param model how users and data move: {@code single-step}, {@code flight}
   * @param breaks what to break on the way, one of what the model's demo knows
   * @param keep whether everything stays up at the end
   * @param report where the report goes as JSON; absent for nowhere
   */
  record DemoOrder(
      int rows,
      int customers,
      OptionalInt seconds,
      String model,
      List<String> breaks,
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

  /** Runs the demo. */
  Exit demo(DemoOrder order);
}
