package dev.landfall.routing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far the changes of a slow plane have reached.
 *
 * @param ready whether a change made now would reach everybody quickly, but for those named
 * @param settled whether everybody is led by the present order, but for those named; and when the
 *     order does not prepare for anything, whether what was changed to prepare is as it was before
 * @param until when the next of the two can be so at the earliest; absent when nothing is waited
 *     for, or it cannot be known
 * @param waitsFor what keeps it from being so, for people; empty when both are so
 * @param named who is not waited for, because it keeps to no rule that one could wait by, for
 *     people
 */
public record Settling(
    boolean ready,
    boolean settled,
    Optional<Instant> until,
    List<String> waitsFor,
    List<String> named) {
  public Settling {
    waitsFor = List.copyOf(waitsFor);
    named = List.copyOf(named);
  }

  /** Nothing was asked of it yet. */
  public static final Settling UNASKED =
      new Settling(false, false, Optional.empty(), List.of("it has no order yet"), List.of());
}
