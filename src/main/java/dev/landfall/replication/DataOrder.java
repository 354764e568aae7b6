package dev.landfall.replication;

import dev.landfall.workload.Side;

/**
 * What a {@link Replicator} can be told to do. Each order may be given again at any time: what is
 * already so stays so.
 */
public sealed interface DataOrder {
  /**
   * Keep the writes of one side and carry them to the other. From the source for the first time it
   * begins with a copy, which goes on in the background; its target is fenced before the first row.
   * Turned round, the link is made while both sides are fenced and equal, and carries all later
   * writes; whether the opposite link stays alive meanwhile is the product's affair.
   */
  record Follow(Side from) implements DataOrder {}

  /**
   * Keep the writes of both sides and carry each to the other, and carry nothing back to where it
   * came from. The target is fenced when it is given for the first time.
   */
  record FollowBoth() implements DataOrder {}

  /** Refuse writes on a side; returns when every write begun before has ended. */
  record FenceOff(Side side) implements DataOrder {}

  /** Accept writes on a side. */
  record Open(Side side) implements DataOrder {}

  /**
   * Call off what keeps a side's fence from being turned and can be begun again at any time, such
   * as the server's own maintenance of a table. Nobody's reads or writes wait for it meanwhile, and
   * no session of anybody else is ended: what cannot be called off goes on.
   */
  record MakeWay(Side side) implements DataOrder {}

  /** Write the token behind every write made on this side so far; the link carries it over. */
  record Mark(Side side, String token) implements DataOrder {}

  /** Move this side's sequences past the other's; both sides are fenced. */
  record AlignSequences(Side side, String token) implements DataOrder {}

  /**
   * Move the target's sequences so far that the source reaches none of the numbers that they give
   * from then on, and read both back; the target is fenced, and the source is not.
   */
  record PartSequences(String token) implements DataOrder {}

  /** Compare what changed since it was last found equal; both sides are fenced and drained. */
  record Compare(String token) implements DataOrder {}

  /**
   * Cut the link in both directions and remove every trace, except the fence on the side that does
   * not own the data and its count of refused writes.
   */
  record Sever(Side owner) implements DataOrder {}

  /**
   * Go on with one side alone, as it is: nothing of the other arrives any more, and every trace is
   * removed, the fence last; a side that was fenced has its sequences moved past its own rows
   * before. The other side is not asked for anything.
   */
  record GoOnAlone(Side survivor) implements DataOrder {}
}
