package dev.landfall.adapter.address;

import java.nio.file.Path;
import java.util.Optional;

/** An agent in a process of its own, which a test can start inside a host and kill. */
final class AgentProcess {
  private AgentProcess() {}

  /**
   * The process itself: address, interface, control host, control port, token, state, track file.
   */
  public static void main(String[] args) throws Exception {
    AddressAgent.start(
        new AgentOptions(
            args[0],
            args[1],
            args[2],
            Integer.parseInt(args[3]),
            true,
            args[4],
            Path.of(args[5]),
            args.length > 6 ? Optional.of(Path.of(args[6])) : Optional.empty()));
    System.out.println("listening");
    Thread.currentThread().join();
  }
}
