package dev.landfall.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many users, each of whom asks once and is told the side by an answer of one letter: {@code s} or
 * {@code t}. Requests are sent in batches down a few connections; who asks is in the header {@code
 * X-User}.
 */
final class Crowd {
  private static final int CONNECTIONS = 8;
  private static final int BATCH = 64;
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final int count;

  Crowd(int count) {
    this.count = count;
  }

  int count() {
    return count;
  }

  static String name(int user) {
    return "user-" + user;
  }

  /** The side that each user was led to, by a letter. */
  byte[] ask(int port) throws InterruptedException, ExecutionException {
    var sides = new byte[count];
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      var asking = new ArrayList<Future<?>>();
      for (int part = 0; part < CONNECTIONS; part++) {
        int from = (int) ((long) count * part / CONNECTIONS);
        int to = (int) ((long) count * (part + 1) / CONNECTIONS);
        asking.add(
            threads.submit(() -> {
              ask(port, from, to, sides);
              return null;
            }));
      }
      for (Future<?> each : List.copyOf(asking)) {
        each.get();
      }
    }
    return sides;
  }

  private static void ask(int port, int from, int to, byte[] sides) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      for (int first = from; first < to; first += BATCH) {
        int end = Math.min(to, first + BATCH);
        var batch = new StringBuilder();
        for (int user = first; user < end; user++) {
          batch
              .append("GET / HTTP/1.1\r\nHost: bench\r\nX-User: ")
              .append(name(user))
              .append("\r\n\r\n");
        }
        socket.getOutputStream().write(batch.toString().getBytes(StandardCharsets.US_ASCII));
        for (int user = first; user < end; user++) {
          sides[user] = letter(in);
        }
      }
    }
  }

  /** The body of one answer; each has one letter. */
  private static byte letter(InputStream in) throws IOException {
    int seen = 0;
    while (seen < END.length) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended in the middle of an answer");
      }
      seen = next == END[seen] ? seen + 1 : next == END[0] ? 1 : 0;
    }
    int letter = in.read();
    if (letter != 's' && letter != 't') {
      throw new IOException("neither side answered: " + (char) letter);
    }
    return (byte) letter;
  }
}
