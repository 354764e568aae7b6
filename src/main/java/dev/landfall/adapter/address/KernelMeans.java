package dev.landfall.adapter.address;

import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The address is given to the interface by this agent itself, and the network is told: five times
 * at once, five times five seconds later, as keepalived does for those who missed it, and now and
 * then from then on, for devices that forgot.
 */
final class KernelMeans implements Means {
  private static final int TIMES = 5;
  private static final int PROBES = 3;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(150);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration REFRESH = Duration.ofSeconds(30);

  /** The kernel asks once and waits a second, after up to a second by chance (RFC 4862, 5.4). */
  private static final Duration DOUBLE_DETECTION = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(20);

  private final ServiceAddress address;
  private final String device;
  private final IpCommand ip;
  private long announceAt = System.nanoTime();

  KernelMeans(ServiceAddress address, String device) {
    this.address = address;
    this.device = device;
    this.ip = new IpCommand(device, address);
  }

  @Override
  public boolean has() {
    return ip.presence() == IpCommand.Presence.PRESENT;
  }

  @Override
  public void take(boolean unsure) {
    if (has()) {
      return;
    }
    if (unsure && !address.isIpv6()) {
      probe();
    }
    ip.add(!unsure);
    if (address.isIpv6()) {
      settle();
    }
    announce();
    announceAt = System.nanoTime() + AGAIN.toNanos();
  }

  /** Waits until the kernel has asked the network by itself. */
  private void settle() {
    long giveUp = System.nanoTime() + DOUBLE_DETECTION.toNanos();
    while (true) {
      IpCommand.Presence presence = ip.presence();
      if (presence == IpCommand.Presence.PRESENT) {
        return;
      }
      if (presence == IpCommand.Presence.DOUBLED) {
        ip.delete();
        throw conflict("another host");
      }
      if (System.nanoTime() > giveUp) {
        ip.delete();
        throw host("add it: " + device + " does not say whether it is free", null);
      }
      pause(LOOK);
    }
  }

  @Override
  public void leave() {
    if (ip.presence() == IpCommand.Presence.ABSENT) {
      return;
    }
    ip.delete();
    if (ip.presence() != IpCommand.Presence.ABSENT) {
      throw host("remove it: " + device + " still has it; does another program add it?", null);
    }
  }

  @Override
  public void tend() {
    if (System.nanoTime() - announceAt >= 0 && has()) {
      announce();
      announceAt = System.nanoTime() + REFRESH.toNanos();
    }
  }

  private void announce() {
    byte[] hardware = hardware();
    try (var socket = socket()) {
      for (int i = 0; i < TIMES; i++) {
        if (address.isIpv6()) {
          socket.send(Frames.advertisement(hardware, address.bytes()));
        } else {
          socket.send(Frames.announcement(hardware, address.bytes()));
          socket.send(Frames.unaskedAnswer(hardware, address.bytes()));
        }
      }
    } catch (IOException e) {
      throw host("tell the network of it: " + e.getMessage(), e);
    }
  }

  private void probe() {
    byte[] hardware = hardware();
    try (var socket = socket()) {
      for (int i = 0; i < PROBES; i++) {
        socket.send(Frames.probe(hardware, address.bytes()));
        long until = System.nanoTime() + BETWEEN_PROBES.toNanos();
        for (long left = BETWEEN_PROBES.toNanos(); left > 0; left = until - System.nanoTime()) {
          Optional<String> other =
              socket
                  .receive(Duration.ofNanos(left).plusMillis(1))
                  .flatMap(frame -> Frames.claimant(frame, hardware, address.bytes()));
          if (other.isPresent()) {
            throw conflict("the host " + other.get());
          }
        }
      }
    } catch (IOException e) {
      throw host("ask the network for it: " + e.getMessage(), e);
    }
  }

  private PacketSocket socket() throws IOException {
    return new PacketSocket(network().getIndex(), address.isIpv6() ? Frames.IPV6 : Frames.ARP);
  }

  private byte[] hardware() {
    try {
      byte[] hardware = network().getHardwareAddress();
      if (hardware == null || hardware.length != 6 || Arrays.equals(hardware, new byte[6])) {
        throw host("tell the network of it: " + device + " has no Ethernet address", null);
      }
      return hardware;
    } catch (IOException e) {
      throw host("read the Ethernet address of " + device + ": " + e.getMessage(), e);
    }
  }

  private NetworkInterface network() throws IOException {
    NetworkInterface found = NetworkInterface.getByName(device);
    if (found == null) {
      throw new IOException("there is no interface " + device);
    }
    return found;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutsideException(
          AddressProblem.HOST, "cannot wait for the address: interrupted", e);
    }
  }

  private OutsideException conflict(String who) {
    return new OutsideException(
        AddressProblem.CONFLICT,
        "cannot take %s: %s answers for it on %s; remove it there, or switch that host off"
            .formatted(address, who, device));
  }

  private OutsideException host(String what, @org.jspecify.annotations.Nullable Throwable cause) {
    String words = "cannot change %s: cannot %s".formatted(address, what);
    return cause == null
        ? new OutsideException(AddressProblem.HOST, words)
        : new OutsideException(AddressProblem.HOST, words, cause);
  }
}
