package dev.landfall.adapter.address;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The addresses of one interface, read and changed by {@code ip} of iproute2. */
final class IpCommand {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SECONDS_MAX = 5;

  /**
   * A kernel without CONFIG_INET_DIAG_DESTROY moves the address as well, so its answer is dropped.
   */
  private static final String END = "ss -K -H -t src \"$1\" >/dev/null 2>&1 || :";

  private final String device;
  private final ServiceAddress address;

  IpCommand(String device, ServiceAddress address) {
    this.device = device;
    this.address = address;
  }

  /** What the kernel says of the address. */
  enum Presence {
    ABSENT,
    /** Not to be used yet: the kernel asks the network whether it is somebody else's (RFC 4862). */
    TENTATIVE,
    /** Somebody else has it. */
    DOUBLED,
    PRESENT
  }

  Presence presence() {
    String said = run("-j", "addr", "show", "dev", device);
    try {
      for (JsonNode link : JSON.readTree(said)) {
        for (JsonNode each : link.path("addr_info")) {
          if (isMine(each.path("local").asText())) {
            return each.path("dadfailed").asBoolean()
                ? Presence.DOUBLED
                : each.path("tentative").asBoolean() ? Presence.TENTATIVE : Presence.PRESENT;
          }
        }
      }
      return Presence.ABSENT;
    } catch (JsonProcessingException e) {
      throw problem("read the addresses of " + device, said, e);
    }
  }

  /** The same address has more than one way to be written. */
  private boolean isMine(String text) {
    return !text.isEmpty() && InetAddress.ofLiteral(text).equals(address.address());
  }

  /**
   * Gives the interface the address.
   *
   * @param sure whether nobody else can have it, so that an IPv6 one is to be used at once
   */
  void add(boolean sure) {
    var words = new ArrayList<>(List.of("addr", "replace", address.toString(), "dev", device));
    if (address.isIpv6() && sure) {
      words.add("nodad");
    }
    run(words.toArray(String[]::new));
  }

  /**
   * Takes the address from the interface. Connections that users have to it are ended right before,
   * so that they are told at once and not by their own patience: once an IPv4 address is gone,
   * nothing can be said in its name any more. One shell does both, as each start of a process from
   * here would leave time for more of them. Those that came in between are ended after it: their
   * users are told of it by IPv6, where they would wait for an answer of this host otherwise.
   */
  void delete() {
    finish(
        List.of(
            "sh",
            "-c",
            END + "; ip addr del \"$2\" dev \"$3\"; gone=$?; " + END + "; exit $gone",
            "sh",
            filter(),
            text(),
            device));
  }

  /** The same where another program takes the address away. */
  void reset() {
    finish(List.of("sh", "-c", END, "sh", filter()));
  }

  /** For {@code ss}, which takes what follows the last colon for a port. */
  private String filter() {
    String plain = address.address().getHostAddress();
    return address.isIpv6() ? "[" + plain + "]" : plain;
  }

  private String text() {
    return address.toString();
  }

  private String run(String... words) {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    return finish(command);
  }

  private static String finish(List<String> command) {
    String line = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        var reading =
            CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
          throw problem("run " + line, "no end after " + SECONDS_MAX + " s", null);
        }
        String said = reading.join();
        if (process.exitValue() != 0) {
          throw problem("run " + line, said, null);
        }
        return said;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw problem("run " + line, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw problem("run " + line, "interrupted", e);
    }
  }

  private static String read(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OutsideException problem(
      String what, String seen, @org.jspecify.annotations.Nullable Throwable cause) {
    String words =
        "cannot %s: %s; iproute2, CAP_NET_ADMIN and the right --interface are needed"
            .formatted(what, seen);
    return cause == null
        ? new OutsideException(AddressProblem.HOST, words)
        : new OutsideException(AddressProblem.HOST, words, cause);
  }
}
