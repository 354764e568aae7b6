package dev.landfall.adapter.router;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A user who sends exactly the bytes that a test says. */
final class RawUser implements AutoCloseable {
  private final Socket socket;

  RawUser(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
  }

  RawUser send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Everything that comes until the text is seen, the connection ends, or nothing comes. */
  String readUntil(String text, int millis) throws IOException {
    socket.setSoTimeout(millis);
    var all = new ByteArrayOutputStream();
    try {
      for (int next = read(); next >= 0; next = read()) {
        all.write(next);
        if (!text.isEmpty() && all.toString(StandardCharsets.ISO_8859_1).endsWith(text)) {
          break;
        }
      }
    } catch (SocketTimeoutException e) {
      all.write("[silence]".getBytes(StandardCharsets.ISO_8859_1));
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private int read() throws IOException {
    return socket.getInputStream().read();
  }

  /** Everything until the connection ends; {@code [silence]} at its end when it stays open. */
  String readAll() throws IOException {
    return readUntil("", 1500);
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
