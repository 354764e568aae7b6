package dev.landfall.adapter.reach;

import dev.landfall.engine.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A check that everything that a workload needs is reachable from here within a time: it connects
 * and says nothing. One slow connection of several is forgiven, as the first may have to look up a
 * name.
 */
public final class ReachProbe implements Probe {
  private static final int TRIES = 3;

  private final Map<String, InetSocketAddress> places;
  private final Duration within;
  private final Duration timeout;

  /**
   * A check of some places.
   *
   * @param places by what they are for; not resolved yet
   * @param within how long the fastest of three connections to each may take
   * @param timeout how long each may take at all
   */
  public ReachProbe(Map<String, InetSocketAddress> places, Duration within, Duration timeout) {
    this.places = Map.copyOf(places);
    this.within = within;
    this.timeout = timeout;
  }

  @Override
  public Observation look() {
    var faults = new ArrayList<String>();
    var lines = new ArrayList<String>();
    for (String name : places.keySet().stream().sorted().toList()) {
      look(name, faults, lines);
    }
    faults.forEach(fault -> lines.add("fault: " + fault));
    return new Observation(
        faults.isEmpty(), String.join("; ", faults), String.join("\n", lines) + "\n");
  }

  private void look(String name, List<String> faults, List<String> lines) {
    InetSocketAddress place = places.getOrDefault(name, InetSocketAddress.createUnresolved("", 0));
    String words = name + " at " + place.getHostString() + ":" + place.getPort();
    Duration best = timeout;
    try {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        Duration took = connect(place);
        best = took.compareTo(best) < 0 ? took : best;
      }
      lines.add("%s: %s".formatted(words, millis(best)));
      if (best.compareTo(within) > 0) {
        faults.add(
            "%s answers in %s, and %s are allowed".formatted(words, millis(best), millis(within)));
      }
    } catch (IOException e) {
      lines.add(words + ": " + e.getMessage());
      faults.add(words + " cannot be reached: " + e.getMessage());
    }
  }

  private Duration connect(InetSocketAddress place) throws IOException {
    long begun = System.nanoTime();
    var resolved = new InetSocketAddress(place.getHostString(), place.getPort());
    if (resolved.isUnresolved()) {
      throw new IOException("there is no address for " + place.getHostString());
    }
    try (var socket = new Socket()) {
      socket.connect(resolved, Math.toIntExact(timeout.toMillis()));
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }
}
