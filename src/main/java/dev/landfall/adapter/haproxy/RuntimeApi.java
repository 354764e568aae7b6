package dev.landfall.adapter.haproxy;

import dev.landfall.problem.OutsideException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The runtime API of an HAProxy (its management guide, 9.3), over the socket of its master process
 * or of a worker alone. One connection a command, as the master closes after each.
 */
final class RuntimeApi {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int ANSWER_BYTES_MAX = 256 * 1024 * 1024;
  private static final String UNKNOWN_COMMAND = "Unknown command";

  private final String control;
  private final SocketAddress address;

  /**
   * @param control {@code /path/of/socket}, {@code unix:/path/of/socket} or {@code host:port}
   */
  RuntimeApi(String control) {
    this.control = control;
    this.address = address(control);
  }

  private static SocketAddress address(String control) {
    String path = control.startsWith("unix:") ? control.substring("unix:".length()) : control;
    if (path.startsWith("/")) {
      return UnixDomainSocketAddress.of(path);
    }
    int colon = control.lastIndexOf(':');
    String port = control.substring(colon + 1);
    if (colon <= 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new OutsideException(
          HaproxyProblem.UNREACHABLE,
          "cannot reach HAProxy: \"%s\" is no socket; give unix:/path or host:port"
              .formatted(control));
    }
    return new InetSocketAddress(control.substring(0, colon), Integer.parseInt(port));
  }

  /**
   * One process that serves users, or still does after a reload.
   *
   * @param name its process id; empty where there is no master that knows it
   * @param current whether new users come to it, and not only those that it had
   */
  record Worker(String name, boolean current) {
    private String prefix() {
      return name.isEmpty() ? "" : "@!" + name + " ";
    }

    @Override
    public String toString() {
      return name.isEmpty() ? "its worker" : "its worker " + name;
    }
  }

  /** Refused or broken off, as happens while HAProxy is reloaded: asking again may help. */
  static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    BrokenException(String message) {
      super(message);
    }
  }

  /** The processes, those that take new users first. */
  List<Worker> workers() throws BrokenException {
    String answer = send("show proc");
    if (answer.contains(UNKNOWN_COMMAND)) {
      return List.of(new Worker("", true));
    }
    var current = new ArrayList<Worker>();
    var leaving = new ArrayList<Worker>();
    boolean old = false;
    for (String line : answer.lines().toList()) {
      String[] words = line.strip().split("\\s+");
      old |= line.startsWith("# old workers");
      if (words.length > 2 && words[1].equals("worker")) {
        (old ? leaving : current).add(new Worker(words[0], !old));
      }
    }
    if (current.isEmpty()) {
      throw new BrokenException("no worker serves now");
    }
    current.addAll(leaving);
    return current;
  }

  /** What a process answers to a command. */
  String ask(Worker worker, String command) throws BrokenException {
    String answer = send(worker.prefix() + command);
    if (answer.startsWith("Can't ") || answer.isEmpty()) {
      // What the master says of one that has ended meanwhile.
      throw new BrokenException(worker + " does not answer");
    }
    String said = answer.strip();
    if (said.contains(UNKNOWN_COMMAND)) {
      throw new OutsideException(
          HaproxyProblem.INCLUDE,
          "cannot order HAProxy at %s: it does not know the command \"%s\"; is landfall.lua loaded?"
              .formatted(control, command.lines().findFirst().orElse("")));
    }
    return said;
  }

  String control() {
    return control;
  }

  private String send(String command) throws BrokenException {
    SocketChannel channel = open();
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        answer.complete(exchange(channel, command));
      } catch (IOException | RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutsideException problem) {
        throw problem;
      }
      throw new BrokenException(words(e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      throw unreachable("no answer within " + ANSWER.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted", e);
    } finally {
      close(channel);
    }
  }

  private SocketChannel open() {
    try {
      return address instanceof UnixDomainSocketAddress
          ? SocketChannel.open(StandardProtocolFamily.UNIX)
          : SocketChannel.open();
    } catch (IOException e) {
      throw unreachable(words(e), e);
    }
  }

  private String exchange(SocketChannel channel, String command) throws IOException {
    try {
      channel.connect(address);
    } catch (ConnectException e) {
      // A master that reads its configuration again does not listen meanwhile.
      throw e;
    } catch (IOException | UnresolvedAddressException e) {
      throw unreachable(words(e), e);
    }
    ByteBuffer out = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8));
    while (out.hasRemaining()) {
      channel.write(out);
    }
    channel.shutdownOutput();
    var said = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.allocate(64 * 1024);
    while (channel.read(in) >= 0 && said.size() < ANSWER_BYTES_MAX) {
      said.write(in.array(), 0, in.position());
      in.clear();
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreachable(words(e), e);
    }
  }

  private OutsideException unreachable(String seen, Throwable cause) {
    return new OutsideException(
        HaproxyProblem.UNREACHABLE,
        "cannot reach HAProxy at %s: %s; is it running, and is this its socket?"
            .formatted(control, seen),
        cause);
  }

  private static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
