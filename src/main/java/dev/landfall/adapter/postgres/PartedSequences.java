package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.Sequences.Position;
import java.math.BigInteger;
import java.util.Optional;

/**
 * How far a sequence of the target is from that of the source while both give numbers. The source's
 * is left as it is; the target's begins in the middle of what its columns can hold, or some
 * billions further, a whole number of steps away, so that services that fetch several numbers at
 * once stay apart as well.
 */
final class PartedSequences {
  /** With fewer numbers left to a side than this, both cannot go on. */
  static final long NUMBERS_LEFT_MIN = 50_000;

  /**
   * No further away than this: numbers beyond 2^53 are not exact in JSON, and nobody gives as many
   * while flights last.
   */
  static final long STEPS_MAX = 1L << 40;

  private PartedSequences() {}

  /**
   * Where the target's begins.
   *
   * @param before where it began the last time, if ever: numbers from there on have been given
   */
  static long first(Position source, Position target, Optional<Long> before) {
    if (before.isPresent()
        && steps(source, source.last(), before.get()).compareTo(least()) >= 0
        && steps(source, target.last(), end(source)).compareTo(least()) >= 0) {
      return before.get();
    }
    BigInteger from =
        BigInteger.valueOf(
            isBehind(source, target.last(), source.last()) ? target.last() : source.last());
    BigInteger half =
        BigInteger.valueOf(end(source)).subtract(from).divide(step(source)).shiftRight(1);
    BigInteger steps = half.min(BigInteger.valueOf(STEPS_MAX));
    return from.add(steps.multiply(step(source))).longValueExact();
  }

  /** The target's position when its numbers begin there, unless it has given some already. */
  static Position begun(Position target, long first) {
    return isBehind(target, first, target.last())
        ? new Position(target.name(), first, false, target.increment(), target.min(), target.max())
        : target;
  }

  /** Why both cannot go on giving numbers; absent when they can. */
  static Optional<String> crowded(Position source, Position target, long first) {
    BigInteger ofSource = steps(source, source.last(), first);
    BigInteger ofTarget = steps(target, target.last(), end(target));
    boolean apart = !isBehind(target, first, target.last());
    if (apart && ofSource.min(ofTarget).compareTo(least()) >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "sequence "
            + source.name()
            + " has "
            + ofSource
            + " numbers left on the source before those of the target, and "
            + ofTarget
            + " on the target");
  }

  /** Whether a number is given later than another; the same is not. */
  private static boolean isBehind(Position of, long number, long other) {
    return of.increment() > 0 ? number > other : number < other;
  }

  private static BigInteger steps(Position of, long from, long to) {
    return BigInteger.valueOf(to).subtract(BigInteger.valueOf(from)).divide(step(of));
  }

  private static BigInteger step(Position of) {
    return BigInteger.valueOf(of.increment());
  }

  private static long end(Position of) {
    return of.increment() > 0 ? of.max() : of.min();
  }

  private static BigInteger least() {
    return BigInteger.valueOf(NUMBERS_LEFT_MIN);
  }
}
