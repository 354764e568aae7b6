package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.address.AddressWorld;
import dev.landfall.workload.Side;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** When the kernels of both hosts got and lost the service address, by what they say themselves. */
final class AddressChanges {
  private final List<Change> changes = new CopyOnWriteArrayList<>();

  private record Change(Instant at, Side side, boolean got) {}

  /**
   * The address was moved.
   *
   * @param left when the old host had it no more
   * @param taken when the new one had it
   */
  record Move(Side to, Instant left, Instant taken) {
    Duration gap() {
      return Duration.between(left, taken);
    }
  }

  AddressChanges(AddressWorld network, String address) throws IOException {
    String plain = " " + address.substring(0, address.indexOf('/')) + "/";
    for (Side side : Side.values()) {
      Process watch = network.watch(side);
      Thread.startVirtualThread(() -> listen(watch, side, plain));
    }
  }

  /** As in {@code [2026-01-31T12:00:00.123456] Deleted 5: eth0 inet 192.0.2.10/32 scope global}. */
  private void listen(Process watch, Side side, String address) {
    try (var lines =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(address) && !line.contains("tentative")) {
          Instant at =
              LocalDateTime.parse(line.substring(1, line.indexOf(']')))
                  .atZone(ZoneId.systemDefault())
                  .toInstant();
          changes.add(new Change(at, side, !line.contains("] Deleted ")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last move, to a side; the two never had it at the same time until now. */
  Move last(Side to) throws Exception {
    World.await("both kernels to tell", () -> latest(to).got() && !latest(to.other()).got());
    List<Change> sorted = changes.stream().sorted(Comparator.comparing(Change::at)).toList();
    int holders = 0;
    for (Change change : sorted) {
      holders += change.got() ? 1 : -1;
      assertThat(holders).as("hosts that have it, by %s", sorted).isBetween(0, 1);
    }
    return new Move(to, latest(to.other()).at(), latest(to).at());
  }

  /** Whoever never told has never had it. */
  private Change latest(Side side) {
    return changes.stream()
        .filter(each -> each.side() == side)
        .max(Comparator.comparing(Change::at))
        .orElse(new Change(Instant.MIN, side, false));
  }
}
