package dev.landfall.workload;

import java.time.Duration;
import java.util.Optional;

/**
 * How far things may go. Every wait, queue and retry of a promotion has its bound here.
 *
 * @param hold how long users' requests may be held while data changes owner; when it runs out they
 *     go back to where they came from and the cutover is abandoned
 * @param settle how long the cutover waits for requests under way before it fences; a part of the
 *     hold
 * @param lockWait how long the fence may wait for writers to finish; a part of the hold
 * @param lagMax the largest lag at which a cutover is begun
 * @param retryPause how long after an abandoned cutover the next is tried; doubled each time
 * @param cutoverAttemptsMax how many abandoned cutovers in a row are tried again without being
 *     asked; at least one
 * @param soak how long the promoted workload is watched before it may be completed
 * @param bandwidth the cap on copy and follow together; empty for none
 * @param retainedBytesMax how much log a source may keep for the link before an alarm is raised;
 *     above zero
 * @param sequenceMargin how many steps a sequence is moved ahead on its new owner; zero or more
 */
public record Limits(
    Duration hold,
    Duration settle,
    Duration lockWait,
    Duration lagMax,
    Duration retryPause,
    int cutoverAttemptsMax,
    Duration soak,
    Optional<Bandwidth> bandwidth,
    long retainedBytesMax,
    long sequenceMargin) {

  /** What holds when the workload file says nothing. */
  public static final Limits DEFAULTS =
      new Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          3,
          Duration.ofMinutes(30),
          Optional.empty(),
          10L << 30,
          1000);

  /** What must be left of the hold for the commit point to be passed: the rest takes as long. */
  public Duration commitMargin() {
    return hold.dividedBy(5);
  }

  /**
   * How long a look waits, while users are held, for somebody who does not answer: a few times over
   * it must fit into what is left of the hold when a cutover is abandoned.
   */
  public Duration lookWait() {
    return hold.dividedBy(20);
  }
}
