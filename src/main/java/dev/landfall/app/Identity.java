package dev.landfall.app;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who this process is in the journal. */
final class Identity {
  private Identity() {}

  /** {@code controller 4711 on host x}. */
  static String here() {
    return "controller " + ProcessHandle.current().pid() + " on host " + host();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      // A machine that does not know its own name still has a journal to write.
      return "localhost";
    }
  }
}
