package dev.landfall.adapter.address;

import dev.landfall.adapter.address.Held.Link;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The network that an interface is on: it is told of the address, and asked for it. */
final class Segment {
  private static final int TIMES = 5;
  private static final int PROBES = 3;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(150);

  private final String device;
  private final ServiceAddress address;

  /** Whether frames were seen to be sendable; a process does not lose the right to. */
  private volatile boolean allowed;

  Segment(String device, ServiceAddress address) {
    this.device = device;
    this.address = address;
  }

  /**
   * Says that the address is here.
   *
   * @param link the interface; absent when there is none
   * @throws OutsideException with {@link AddressProblem#HOST} when it cannot be said
   */
  void announce(Optional<Link> link) {
    byte[] hardware = hardware(link);
    try (var socket = socket(link)) {
      for (int i = 0; i < TIMES; i++) {
        if (address.isIpv6()) {
          socket.send(Frames.advertisement(hardware, address.bytes()));
        } else {
          socket.send(Frames.announcement(hardware, address.bytes()));
          socket.send(Frames.unaskedAnswer(hardware, address.bytes()));
        }
      }
    } catch (IOException e) {
      throw problem("tell the network of it: " + e.getMessage(), e);
    }
  }

  /**
   * Asks who has the address.
   *
   * @param link the interface; absent when there is none
   * @return the Ethernet address of whoever answers; absent when nobody does
   * @throws OutsideException with {@link AddressProblem#HOST} when it cannot be asked
   */
  Optional<String> claimant(Optional<Link> link) {
    byte[] hardware = hardware(link);
    byte[] wanted = address.bytes();
    byte[] question =
        address.isIpv6() ? Frames.solicitation(hardware, wanted) : Frames.probe(hardware, wanted);
    try (var socket = socket(link)) {
      for (int i = 0; i < PROBES; i++) {
        socket.send(question);
        long until = System.nanoTime() + BETWEEN_PROBES.toNanos();
        for (long left = BETWEEN_PROBES.toNanos(); left > 0; left = until - System.nanoTime()) {
          Optional<String> other =
              socket
                  .receive(Duration.ofNanos(left).plusMillis(1))
                  .flatMap(frame -> Frames.claimant(frame, hardware, wanted));
          if (other.isPresent()) {
            return other;
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw problem("ask the network for it: " + e.getMessage(), e);
    }
  }

  /** Why users would not find the address on the interface, as a sentence; absent when they do. */
  Optional<String> down(Optional<Link> link) {
    if (link.isEmpty()) {
      return Optional.of("there is no interface " + device + " any more");
    }
    if (!link.get().up()) {
      return Optional.of("the interface " + device + " is down, or has no carrier");
    }
    try {
      return address.isIpv6() && isIpv6Off()
          ? Optional.of("IPv6 is switched off on " + device + " (disable_ipv6)")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of("the settings of " + device + " cannot be read: " + e.getMessage());
    }
  }

  /** Why the network could not be told of the address; absent when it could. */
  Optional<String> mute(Optional<Link> link) {
    if (!allowed) {
      try (var _ = socket(link)) {
        hardware(link);
        allowed = true;
      } catch (IOException e) {
        return Optional.of("the network could not be told of it: " + e.getMessage());
      } catch (OutsideException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private boolean isIpv6Off() throws IOException {
    try {
      Path setting = Path.of("/proc/sys/net/ipv6/conf", device, "disable_ipv6");
      return Files.readString(setting).strip().equals("1");
    } catch (NoSuchFileException _) {
      return true; // This kernel has none.
    }
  }

  private PacketSocket socket(Optional<Link> link) throws IOException {
    int index =
        link.map(Link::index).orElseThrow(() -> new IOException("there is no interface " + device));
    return new PacketSocket(index, address.isIpv6() ? Frames.IPV6 : Frames.ARP);
  }

  private byte[] hardware(Optional<Link> link) {
    return link.flatMap(Link::ethernet)
        .orElseThrow(
            () -> problem("tell the network of it: " + device + " has no Ethernet address", null));
  }

  private OutsideException problem(
      String what, @org.jspecify.annotations.Nullable Throwable cause) {
    String words = "cannot change %s: cannot %s".formatted(address, what);
    return cause == null
        ? new OutsideException(AddressProblem.HOST, words)
        : new OutsideException(AddressProblem.HOST, words, cause);
  }
}
