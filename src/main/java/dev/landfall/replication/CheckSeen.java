package dev.landfall.replication;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the equality of both sides.
 *
 * @param baselineFrom when the oldest part of the last full comparison was compared; absent until
 *     one has covered everything. Rows changed since then are compared again and again.
 * @param progressPercent how far the full comparison under way is, 0 to 100
 * @param pendingRows rows changed and not yet compared again
 * @param rowsCompared rows of the last full comparison
 * @param token the token of the last comparison made between fences; absent when none was made
 * @param tokenRows rows that this one compared
 * @param tokenTook how long it took
 * @param differences what differs for certain; empty when nothing is known to
 */
public record CheckSeen(
    Optional<Instant> baselineFrom,
    double progressPercent,
    long pendingRows,
    long rowsCompared,
    Optional<String> token,
    long tokenRows,
    Duration tokenTook,
    List<Difference> differences) {

  public CheckSeen {
    differences = List.copyOf(differences);
  }

  /** Nothing compared yet. */
  public static final CheckSeen NONE =
      new CheckSeen(Optional.empty(), 0, 0, 0, Optional.empty(), 0, Duration.ZERO, List.of());
}
