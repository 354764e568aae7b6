package dev.landfall.promotion;

import dev.landfall.workload.Side;
import java.time.Instant;

/**
 * One attempt to move users and the ownership of the data. Forward and back are the same thing with
 * the sides exchanged.
 *
 * @param to who is to own the data
 * @param token marks this attempt in the data; unique in the life of the promotion
 * @param step how far it is
 * @param begun when requests began to be held
 * @param holdEnds when the planes will let them go by themselves
 * @param stepSince when the present step began
 * @param flight the flight whose users are led to the target while both sides accept writes, and no
 *     owner changes; 0 when the data changes owner
 */
public record Cutover(
    Side to,
    String token,
    Step step,
    Instant begun,
    Instant holdEnds,
    Instant stepSince,
    int flight) {

  /** One in which the data changes owner. */
  public Cutover(
      Side to, String token, Step step, Instant begun, Instant holdEnds, Instant stepSince) {
    this(to, token, step, begun, holdEnds, stepSince, 0);
  }

  /** The steps, in their order. Before the commit point a failure undoes; after it, it goes on. */
  public enum Step {
    /** Requests wait at the planes; those under way are let to end. */
    HOLDING("holding requests"),
    /** The old owner refuses writes, and every writer has ended. */
    FENCING("fencing the old owner"),
    /** A mark behind the last write arrives at the new owner. */
    DRAINING("draining the link"),
    /** Sequences moved, changed rows equal, the link back alive. */
    PROVING("proving equality and the way back"),
    /** Behind the commit point: the new owner accepts writes, and users are let go to it. */
    OPENING("opening the new owner");

    private final String words;

    Step(String words) {
      this.words = words;
    }

    /** What is being done, for people. */
    public String words() {
      return words;
    }
  }

  /** Who owns the data until the commit point. */
  public Side from() {
    return to.other();
  }

  /** Whether the commit point has been passed: the journal says that the data has a new owner. */
  public boolean committed() {
    return step == Step.OPENING;
  }

  /** Whether users change sides, and nothing else does: both sides accept writes all the time. */
  public boolean isCrossing() {
    return flight > 0;
  }

  Cutover at(Step next, Instant since) {
    return new Cutover(to, token, next, begun, holdEnds, since, flight);
  }
}
