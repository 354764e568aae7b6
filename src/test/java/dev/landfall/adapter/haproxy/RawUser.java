package dev.landfall.adapter.haproxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A user on one connection that stays open, and so stays with the process that took it. */
final class RawUser implements AutoCloseable {
  private final Socket socket;

  RawUser(URI page) throws IOException {
    socket = new Socket(page.getHost(), page.getPort());
    socket.setSoTimeout(15_000);
    socket.setTcpNoDelay(true);
  }

  void send(String method, String path, String... headers) throws IOException {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    String request =
        method + " " + path + " HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n" + more + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  /** Head and body of one answer that tells its length. */
  String answer() throws IOException {
    InputStream in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended after \"" + head + "\"");
      }
      head.append((char) next);
    }
    var length = java.util.regex.Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    return head + new String(body, StandardCharsets.UTF_8);
  }

  String ask(String method, String path, String... headers) throws IOException {
    send(method, path, headers);
    return answer();
  }

  /** Says something over a connection that was upgraded, and hears as much. */
  String echo(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
