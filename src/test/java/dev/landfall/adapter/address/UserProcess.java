package dev.landfall.adapter.address;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A user in a process of its own, inside a host: asks again and again, each time by a new
 * connection. For each line on standard input it prints what became of its requests since the last:
 * answered, failed, the longest time without an answer in microseconds, who answered last.
 */
final class UserProcess {
  private static final int CONNECT_MILLIS = 3_000;
  private static final int ANSWER_MILLIS = 1_500;

  private long answered;
  private long failed;
  private long gapNanos;
  private long lastNanos = System.nanoTime();
  private String last = "nobody";

  private UserProcess() {}

  public static void main(String[] args) throws Exception {
    var place = new InetSocketAddress(InetAddress.ofLiteral(args[0]), Integer.parseInt(args[1]));
    var user = new UserProcess();
    var failure = new AtomicReference<>("");
    Thread asks =
        new Thread(() -> {
          while (true) {
            failure.set(user.ask(place));
          }
        });
    asks.setDaemon(true);
    asks.start();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      System.out.println(user.report() + " " + failure.get());
    }
  }

  private String ask(InetSocketAddress place) {
    String word = "";
    String why = "";
    try (var socket = new Socket()) {
      socket.connect(place, CONNECT_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      word = answer.substring(answer.lastIndexOf('\n') + 1);
    } catch (IOException e) {
      why = e.toString();
    }
    count(word);
    return why;
  }

  private synchronized void count(String word) {
    if (word.isEmpty()) {
      failed++;
      return;
    }
    long now = System.nanoTime();
    answered++;
    gapNanos = Math.max(gapNanos, now - lastNanos);
    lastNanos = now;
    last = word;
  }

  private synchronized String report() {
    long gap = Math.max(gapNanos, System.nanoTime() - lastNanos);
    String line = answered + " " + failed + " " + gap / 1000 + " " + last;
    answered = 0;
    failed = 0;
    gapNanos = 0;
    return line;
  }
}
