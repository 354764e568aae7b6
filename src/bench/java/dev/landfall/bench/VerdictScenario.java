package dev.landfall.bench;

import java.util.List;

/**
 * What is true of a flight in the bench of verdicts, and what a judge has to find out.
 *
 * @param name for people
 * @param rate of requests that fail on the side where users were, without noise and drift
 * @param perSecond requests a second of the moved, and of those who stayed as many
 * @param ratio how many times as many fail among the moved
 * @param slowShare of the moved requests that are eight times slower
 * @param drift by what the rate of errors of all is multiplied from the third minute on
 * @param noise of the rate of errors
 * @param cluster failed requests of a user who has trouble, on average; 1 when each stands alone
 * @param onset seconds before the errors of the moved become more
 */
record VerdictScenario(
    String name,
    double rate,
    int perSecond,
    double ratio,
    double slowShare,
    double drift,
    Noise noise,
    double cluster,
    int onset) {
  /** Which rates wander: AR(1) on their logarithm, a step a minute, phi 0.9. */
  enum Noise {
    NONE(0),
    /** The moved, and both halves of those who stayed, each by itself. */
    EACH_GROUP(0.3),
    /** The same, twice as much. */
    STRONG(0.6),
    /** The moved, and all those who stayed together, so that their halves do not tell of it. */
    EACH_SIDE(0.3);

    /** Of the logarithm. */
    final double sd;

    Noise(double sd) {
      this.sd = sd;
    }
  }

  /** Whether a verdict against it is a false alarm. */
  boolean good() {
    return ratio == 1 && slowShare == 0;
  }

  private static VerdictScenario errors(String name, double ratio) {
    return new VerdictScenario(name, 0.005, 20, ratio, 0, 1, Noise.NONE, 1, 0);
  }

  private VerdictScenario with(double newDrift, Noise newNoise, double newCluster) {
    return new VerdictScenario(
        name, rate, perSecond, ratio, slowShare, newDrift, newNoise, newCluster, onset);
  }

  static List<VerdictScenario> all() {
    return List.of(
        errors("x1, nothing is wrong", 1),
        errors("x1, errors of all rise to five times from minute 3 on", 1).with(5, Noise.NONE, 1),
        errors("x1, AR(1) noise of each group, sd 0.3", 1).with(1, Noise.EACH_GROUP, 1),
        errors("x1, AR(1) noise of each side, sd 0.3", 1).with(1, Noise.EACH_SIDE, 1),
        errors("x1, AR(1) noise of each group, sd 0.6", 1).with(1, Noise.STRONG, 1),
        errors("x1, errors come in clusters of eight by user", 1).with(1, Noise.NONE, 8),
        errors("x1.3 errors", 1.3),
        errors("x1.5 errors", 1.5),
        errors("x2 errors", 2),
        errors("x4 errors", 4),
        errors("x10 errors", 10),
        new VerdictScenario(
            "late: x4 errors from minute 30 of an hour on",
            0.005,
            20,
            4,
            0,
            1,
            Noise.NONE,
            1,
            1800),
        new VerdictScenario("x10 sparse errors", 0.0001, 10, 10, 0, 1, Noise.NONE, 1, 0),
        new VerdictScenario(
            "tail: 1 % of requests x8 slower", 0.005, 20, 1, 0.01, 1, Noise.NONE, 1, 0));
  }
}
