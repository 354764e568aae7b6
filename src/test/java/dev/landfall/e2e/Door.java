package dev.landfall.e2e;

import dev.landfall.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A port that can be opened to whoever connects, and shut again. */
final class Door implements AutoCloseable {
  private static final int WAITING_MAX = 500;

  private final int port;
  private @Nullable ServerSocket open;

  private Door(int port) {
    this.port = port;
  }

  static Door opened() throws IOException {
    Door door = shut();
    door.open();
    return door;
  }

  static Door shut() throws IOException {
    return new Door(Ports.free());
  }

  int port() {
    return port;
  }

  String place() {
    return "127.0.0.1:" + port;
  }

  void open() throws IOException {
    open = new ServerSocket(port, WAITING_MAX, InetAddress.getLoopbackAddress());
  }

  Socket visited() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
    }
  }
}
