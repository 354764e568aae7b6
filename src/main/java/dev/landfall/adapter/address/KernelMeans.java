package dev.landfall.adapter.address;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.Optional;

/**
 * The address is given to the interface by this agent itself, and the network is told: five times
 * at once, five times five seconds later, as keepalived does for those who missed it, and now and
 * then from then on, for devices that forgot.
 */
final class KernelMeans implements Means {
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration REFRESH = Duration.ofSeconds(30);

  /** The kernel asks once and waits a second, after up to a second by chance (RFC 4862, 5.4). */
  private static final Duration DOUBLE_DETECTION = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(20);

  private final ServiceAddress address;
  private final String device;
  private final IpCommand ip;
  private final Segment segment;
  private long announceAt = System.nanoTime();

  /** Whether the network was told since the address came here. */
  private boolean announced;

  private volatile boolean untold;

  KernelMeans(ServiceAddress address, String device) {
    this.address = address;
    this.device = device;
    this.ip = new IpCommand(device, address);
    this.segment = new Segment(device, address);
  }

  @Override
  public Held held() {
    return ip.held();
  }

  @Override
  public void take(boolean unsure) {
    Held held = ip.held();
    if (!held.isHere()) {
      announced = false;
      add(held, unsure);
    }
    // An address that came here and was never told of is still the other host's to its users.
    if (!announced) {
      announce(held, AGAIN);
    }
  }

  private void add(Held held, boolean unsure) {
    if (!held.strays().isEmpty()) {
      throw host("add it: " + strays(held));
    }
    if (unsure) {
      segment
          .claimant(held.link())
          .ifPresent(other -> {
            throw conflict("the host " + other);
          });
    }
    ip.add(!unsure);
    if (address.isIpv6()) {
      settle();
    }
  }

  /** Waits until the kernel has asked the network by itself. */
  private void settle() {
    long giveUp = System.nanoTime() + DOUBLE_DETECTION.toNanos();
    while (true) {
      Held held = ip.held();
      if (held.isHere()) {
        return;
      }
      if (held.presence() == Held.Presence.DOUBLED) {
        ip.delete(held);
        throw conflict("another host");
      }
      if (System.nanoTime() > giveUp) {
        ip.delete(held);
        throw host("add it: " + device + " does not say whether it is free");
      }
      pause(LOOK);
    }
  }

  @Override
  public Optional<String> leave() {
    Held held = ip.held();
    if (held.isGone()) {
      return Optional.empty();
    }
    announced = false;
    untold = false;
    IpCommand.Removal removal = ip.delete(held);
    Held after = ip.held();
    if (!after.isGone()) {
      throw host(
          "remove it: this host still has it%s; does another program add it? %s"
              .formatted(
                  after.strays().isEmpty() ? "" : " as " + after.straysWords(), removal.said()));
    }
    return removal.left();
  }

  @Override
  public boolean isUntold() {
    return untold;
  }

  @Override
  public void tend() {
    if (System.nanoTime() - announceAt < 0) {
      return;
    }
    Held held = ip.held();
    if (held.isHere()) {
      announce(held, announced ? REFRESH : AGAIN);
    }
  }

  private void announce(Held held, Duration next) {
    try {
      segment.announce(held.link());
    } catch (OutsideException e) {
      untold = true;
      throw e;
    }
    untold = false;
    announced = true;
    announceAt = System.nanoTime() + next.toNanos();
  }

  @Override
  public Optional<String> unable(boolean has, Held held) {
    Optional<String> rights = ip.unable();
    if (!has || rights.isPresent()) {
      return rights;
    }
    return held.strays().isEmpty()
        ? segment.down(held.link()).or(() -> segment.mute(held.link()))
        : Optional.of(strays(held));
  }

  @Override
  public Optional<String> claimant() {
    return segment.claimant(ip.held().link());
  }

  private String strays(Held held) {
    return "this host has %s, and the agent is for %s on %s; remove it there, or start the agents with that prefix and interface"
        .formatted(held.straysWords(), address, device);
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

  private OutsideException host(String what) {
    return new OutsideException(
        AddressProblem.HOST, "cannot change %s: cannot %s".formatted(address, what));
  }
}
