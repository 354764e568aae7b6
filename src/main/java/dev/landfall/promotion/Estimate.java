package dev.landfall.promotion;

import dev.landfall.replication.CopySize;
import dev.landfall.workload.Limits;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a step is likely to take. Nothing waits by it, and nothing is decided by it.
 *
 * @param likely when all goes as it mostly does; absent when that cannot be told
 * @param most a limit that is enforced; absent when there is none
 * @param basis what the figures come from, or why there is none, for people
 */
public record Estimate(Optional<Duration> likely, Optional<Duration> most, String basis) {
  /**
   * What tables and indexes together take on disk, in bytes, for each second of a copy. Measured
   * were 29 to 56 MB/s ({@code docs/internals/bench/copy.md}), with two cores for both servers and
   * Landfall at once; a little less than the least of them, because a copy that is over early harms
   * nobody.
   */
  static final double COPY_BYTES_PER_SECOND = 25e6;

  /** The median of cutovers on one machine, rounded up; the network's ways come on top. */
  static final Duration CUTOVER = Duration.ofMillis(300);

  /** What the estimates of a plan are made from. */
  public interface Sizes {
    /** The size of a data asset's first copy, or why it is not known. */
    Size of(String asset);

    /** How long a slow plane takes to prepare, if it began now; absent when that is not known. */
    default Optional<Duration> preparing(String route) {
      return Optional.empty();
    }
  }

  /** A size that is known, or why it is not. */
  public sealed interface Size {
    /** It is known. */
    record Known(CopySize size) implements Size {}

    /** It is not. */
    record Unknown(String why) implements Size {}
  }

  /** The first copy, of which the network or the servers are the narrowest place. */
  static Estimate copy(Size size, Limits limits) {
    return switch (size) {
      case Size.Unknown(String why) ->
          new Estimate(Optional.empty(), Optional.empty(), "no estimate is possible: " + why);
      case Size.Known(CopySize known) -> {
        double atServers = (known.bytes() + known.indexBytes()) / COPY_BYTES_PER_SECOND;
        double atNetwork =
            limits.bandwidth().map(cap -> known.bytes() / cap.bytesPerSecond()).orElse(0.0);
        String rate =
            atNetwork > atServers
                ? "at the cap of " + limits.bandwidth().orElseThrow()
                : String.format(
                    Locale.ROOT, "at %.0f MB/s, as small servers do", COPY_BYTES_PER_SECOND / 1e6);
        String what =
            String.format(
                Locale.ROOT,
                "%,d tables, about %,d rows, %s and %s of indexes, by the source's catalogs; %s",
                known.tables(),
                known.rows(),
                bytes(known.bytes()),
                bytes(known.indexBytes()),
                rate);
        long millis = (long) Math.ceil(Math.max(atServers, atNetwork) * 1000);
        yield new Estimate(
            Optional.of(Duration.ofMillis(millis).plusSeconds(1)),
            Optional.empty(),
            what + "; the comparison of all rows comes after it");
      }
    };
  }

  /** A slow plane prepares: what it says now is waited out. */
  static Estimate preparing(Optional<Duration> likely) {
    return likely
        .map(time ->
            new Estimate(
                likely,
                Optional.empty(),
                "what it tells now is waited out, from when all of its servers have the order"))
        .orElseGet(() ->
            new Estimate(
                likely,
                Optional.empty(),
                "no estimate is possible: the plane did not say for how long others remember what"
                    + " it tells"));
  }

  /** All steps in which users' requests are held. */
  static Estimate cutover(Limits limits) {
    return new Estimate(
        Optional.of(CUTOVER.compareTo(limits.hold()) < 0 ? CUTOVER : limits.hold()),
        Optional.of(limits.hold()),
        "for this and all steps until users go on; what is typical, and limits.hold, after which"
            + " they go back");
  }

  private static String bytes(long count) {
    if (count >= 10_000_000_000L) {
      return String.format(Locale.ROOT, "%.0f GB", count / 1e9);
    }
    return count >= 1_000_000
        ? String.format(Locale.ROOT, "%.0f MB", count / 1e6)
        : String.format(Locale.ROOT, "%.0f kB", count / 1e3);
  }
}
