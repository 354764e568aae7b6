package dev.landfall.routing;

import java.time.Duration;

/**
 * What became of the users of one group, each counted as one however often they failed. A user in
 * trouble tries again, so that failed requests come in rows; the beginnings of trouble do not.
 *
 * <p>The unit is a request of a user who is well: a trial, whose success is that it puts the user
 * into trouble. Whoever asks often has as many trials as requests, so it does not matter who was
 * drawn: where each request fails with a probability {@code p}, {@code harmed} is {@code p} times
 * {@code requests} on average, whatever the rates of the users are. A user in trouble is out of
 * both counts until {@link #QUIET} has gone by <em>since the trouble began</em>: further failures
 * do not prolong it, or those who fail more would be counted less.
 *
 * <p>More failures never look like fewer. A user who asks {@code l} times a second and fails with
 * {@code p} begins {@code l p / (1 + l p q)} troubles a second, {@code q} being the seconds of
 * {@link #QUIET}, out of {@code l / (1 + l p q)} trials: the first rises with {@code p} and the
 * second falls, and so it is for their sums over any users.
 *
 * <p>A plane that must bound its memory counts a sample: the users in the same slice of a hash,
 * which knows nothing of groups, so that it is the same part of each.
 *
 * @param requests of users who were well when they had asked, that which harmed them with them; 0
 *     or more, and only grows
 * @param harmed how many of these failed; 0 to {@code requests}, but for one that was counted as
 *     answered when its answer began to come, and broke off
 */
public record UserTally(long requests, long harmed) {
  /**
   * So long after trouble began a user is taken to be well. Longer than people and programs go on
   * trying; short enough that a flight of weeks has users left to judge by.
   */
  public static final Duration QUIET = Duration.ofMinutes(10);

  /** Nobody. */
  public static final UserTally NONE = new UserTally(0, 0);

  /** Both together. */
  public UserTally plus(UserTally other) {
    return new UserTally(requests + other.requests, harmed + other.harmed);
  }

  /** What has come since; less than nothing where a count fell. */
  public UserTally since(UserTally before) {
    return new UserTally(requests - before.requests, harmed - before.harmed);
  }
}
