package dev.landfall;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback for tests: to start a program on, or to find nobody on.
 *
 * <p>A port that the system chose and that was given up again may be handed to any connection of
 * any process before the test comes to use it. So these lie below those that systems choose from
 * (Linux from 32768, macOS from 49152), and those where nobody is to answer stay taken while the
 * test runs.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int EACH_FORK = 3_000;
  private static final int ATTEMPTS = 200;

  /** Which of the test programs that run beside each other this is: 0 to 3. */
  public static final int FORK = Integer.getInteger("landfall.test.fork", 1) % 4;

  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /** A port that nobody has on either loopback address, by TCP or by UDP, and no test was given. */
  public static synchronized int free() throws IOException {
    var none = new IOException("no port is free on both loopback addresses");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = FIRST + FORK * EACH_FORK + ThreadLocalRandom.current().nextInt(EACH_FORK);
      if (GIVEN.contains(port)) {
        continue;
      }
      try (var tcp = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
          var tcp6 = new ServerSocket(port, 1, InetAddress.ofLiteral("::1"));
          var udp = new DatagramSocket(port, InetAddress.ofLiteral("127.0.0.1"));
          var udp6 = new DatagramSocket(port, InetAddress.ofLiteral("::1"))) {
        GIVEN.add(port);
        return port;
      } catch (IOException e) {
        // Somebody has it.
        none.addSuppressed(e);
      }
    }
    throw none;
  }

  /** A port that refuses who connects, until this is closed: it is taken, and nobody listens. */
  public static final class Unanswered implements AutoCloseable {
    private final Socket taken = new Socket();

    /** Takes one. */
    public Unanswered() throws IOException {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Its number. */
    public int port() {
      return taken.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      taken.close();
    }
  }
}
