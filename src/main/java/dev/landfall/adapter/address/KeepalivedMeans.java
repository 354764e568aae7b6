package dev.landfall.adapter.address;

import dev.landfall.control.KeptFile;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The address is keepalived's to give and to announce; it is told by a file that its VRRP instance
 * tracks. The lowest value puts the instance at fault, in which it neither has the address nor
 * takes it when the other host is away: whose turn it is, is decided by who owns the data.
 */
final class KeepalivedMeans implements Means {
  /** With weight 1 at or below this an instance is at fault (keepalived.conf(5), track_file). */
  private static final String FAULT = "-254\n";

  private static final String FIT = "0\n";

  /** Below the time that the plane waits for an agent. */
  private static final Duration WAIT = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(10);

  private final ServiceAddress address;
  private final KeptFile file;
  private final IpCommand ip;
  private final Segment segment;

  KeepalivedMeans(ServiceAddress address, String device, Path file) {
    this.address = address;
    this.file = new KeptFile(file);
    this.ip = new IpCommand(device, address);
    this.segment = new Segment(device, address);
  }

  @Override
  public Held held() {
    return ip.held();
  }

  /** VRRP itself yields when another master is heard, and asks nobody else. */
  @Override
  public void take(boolean unsure) {
    write(FIT);
    await(true);
  }

  @Override
  public Optional<String> leave() {
    boolean held = !ip.held().isGone();
    if (held) {
      ip.endConnections();
    }
    write(FAULT);
    await(false);
    return held ? ip.endRest().left() : Optional.empty();
  }

  @Override
  public boolean isUntold() {
    return false;
  }

  @Override
  public void tend() {
    // keepalived announces by itself: see garp_master_refresh.
  }

  /** Whether keepalived would do as it is told is known only when it was. */
  @Override
  public Optional<String> unable(boolean has, Held held) {
    if (!Files.isWritable(file.folder())) {
      return Optional.of(
          "keepalived could not be told: " + file.folder() + " cannot be written to");
    }
    if (!held.strays().isEmpty()) {
      return Optional.of(strays(held));
    }
    return has ? segment.down(held.link()) : Optional.empty();
  }

  @Override
  public Optional<String> claimant() {
    return segment.claimant(ip.held().link());
  }

  private String strays(Held held) {
    return "this host has "
        + held.straysWords()
        + ", and the agent is for "
        + address
        + "; let keepalived and the agent have the same prefix and interface";
  }

  private void write(String value) {
    try {
      if (file.read().filter(value::equals).isEmpty()) {
        file.write(value);
      }
    } catch (IOException e) {
      throw new OutsideException(
          AddressProblem.HOST,
          "cannot tell keepalived of %s: %s cannot be written (%s); make it writable"
              .formatted(address, file, e.getMessage()),
          e);
    }
  }

  private void await(boolean wanted) {
    long giveUp = System.nanoTime() + WAIT.toNanos();
    for (Held held = ip.held(); !held.is(wanted); held = ip.held()) {
      if (System.nanoTime() > giveUp) {
        throw new OutsideException(
            AddressProblem.HOST,
            "cannot %s %s: keepalived had not done it after %d s; is it running, and does it track %s?%s"
                .formatted(
                    wanted ? "take" : "remove",
                    address,
                    WAIT.toSeconds(),
                    file,
                    held.strays().isEmpty() ? "" : " (" + strays(held) + ")"));
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OutsideException(
            AddressProblem.HOST, "cannot wait for keepalived: interrupted", e);
      }
    }
  }
}
