package dev.landfall.replication;

import java.time.Instant;
import java.util.Optional;

/**
 * One side of a data asset, read back.
 *
 * @param fault why it could not be read; when present, nothing else here is to be believed
 * @param spoke whether its server said anything, be it only why it could not be read: a server that
 *     refuses somebody is there, and may accept the writes of others
 * @param fence whether writes are accepted
 * @param epoch the epoch of the last order that this side took; an order of an older one is refused
 * @param marked the last token marked on this side, which is after every write made here before
 * @param arrived the last token of the other side that was applied here, and so everything before
 *     it
 * @param aligned the token for which this side's sequences were last moved past the other's
 * @param refusedWrites writes that the fence turned away since it was made
 * @param heard until when, by the other side's clock, everything written there has arrived here;
 *     absent when nothing ever did
 * @param occupied what keeps its fence from being turned now; absent when nothing does, and while
 *     nobody looks for it, because users wait for a cutover under way
 */
public record SideSeen(
    Optional<String> fault,
    boolean spoke,
    Fence fence,
    long epoch,
    Optional<String> marked,
    Optional<String> arrived,
    Optional<String> aligned,
    long refusedWrites,
    Optional<Instant> heard,
    Optional<Occupation> occupied) {

  /** A side that was read, or that did not answer. */
  public SideSeen(
      Optional<String> fault,
      Fence fence,
      long epoch,
      Optional<String> marked,
      Optional<String> arrived,
      Optional<String> aligned,
      long refusedWrites,
      Optional<Instant> heard) {
    this(
        fault,
        fault.isEmpty(),
        fence,
        epoch,
        marked,
        arrived,
        aligned,
        refusedWrites,
        heard,
        Optional.empty());
  }

  /** A side that never heard of the other. */
  public SideSeen(
      Optional<String> fault,
      Fence fence,
      long epoch,
      Optional<String> marked,
      Optional<String> arrived,
      Optional<String> aligned,
      long refusedWrites) {
    this(fault, fence, epoch, marked, arrived, aligned, refusedWrites, Optional.empty());
  }

  /** The same side, with what keeps its fence from being turned. */
  public SideSeen occupiedBy(Optional<Occupation> what) {
    return new SideSeen(
        fault, spoke, fence, epoch, marked, arrived, aligned, refusedWrites, heard, what);
  }

  /** A side that did not answer. */
  public static SideSeen unreachable(String why) {
    return unread(why, false);
  }

  /** A side whose server answered that it cannot be read. */
  public static SideSeen refusing(String why) {
    return unread(why, true);
  }

  private static SideSeen unread(String why, boolean spoke) {
    return new SideSeen(
        Optional.of(why),
        spoke,
        Fence.UNKNOWN,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }
}
