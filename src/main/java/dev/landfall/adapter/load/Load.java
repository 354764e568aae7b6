package dev.landfall.adapter.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is asked of each side.
 *
 * @param paths what is asked for, in turn; one or more, each begins with a slash
 * @param perSecond requests a second, 1 or more
 * @param lasting for how long; more than zero
 * @param expected what must be in a good answer, by path; of others the status alone counts
 * @param answerMax how long an answer may take before the request counts as failed; more than zero
 */
public record Load(
    List<String> paths,
    Map<String, Expectation> expected,
    int perSecond,
    Duration lasting,
    Duration answerMax) {
  private static final int UNDER_WAY_MAX = 10_000;

  /** Takes a copy. */
  public Load {
    paths = List.copyOf(paths);
    expected = Map.copyOf(expected);
  }

  /** How many requests each side gets. */
  int requests() {
    return Math.toIntExact(perSecond * lasting.toMillis() / 1000);
  }

  /** When a request is due, in nanoseconds after the first. */
  long due(int request) {
    return request * 1_000_000_000L / perSecond;
  }

  /** As many as a side that answers nothing can have; beyond that they fail without being sent. */
  int underWayMax() {
    return Math.toIntExact(
        Math.clamp(perSecond * answerMax.toMillis() / 1000 + 1, 10, UNDER_WAY_MAX));
  }
}
