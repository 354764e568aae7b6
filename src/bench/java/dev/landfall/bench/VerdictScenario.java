package dev.landfall.bench;

import java.util.List;

/**
 * What is true of a flight in the bench of verdicts, and what a judge has to find out.
 *
 * @param name for people
 * @param rate of requests that fail on the side where users were, without noise and drift
 * @param perSecond requests a second of the moved, and of those who stayed as many
 * @param users who send the requests of the moved; those of the others are as many
 * @param ratio how many times as many fail among the moved
 * @param slowShare of the moved requests that are eight times slower
 * @param drift by what the rate of errors of all is multiplied from the third minute on
 * @param noise of the rate of errors
 * @param cluster failed requests of a user who has trouble, on average; 1 when each stands alone
 * @param often how many times as often one user in ten asks as the others do; 1 when all alike
 * @param onset seconds before the errors of the moved become more
 */
record VerdictScenario(
    String name,
    double rate,
    int perSecond,
    int users,
    double ratio,
    double slowShare,
    double drift,
    Noise noise,
    double cluster,
    int onset,
    double often) {
  /** Of users who all ask alike. */
  VerdictScenario(
      String name,
      double rate,
      int perSecond,
      int users,
      double ratio,
      double slowShare,
      double drift,
      Noise noise,
      double cluster,
      int onset) {
    this(name, rate, perSecond, users, ratio, slowShare, drift, noise, cluster, onset, 1);
  }

  /** At 20 requests a second each of them asks once in 50 seconds. */
  static final int USERS = 1_000;

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
    return new VerdictScenario(name, 0.005, 20, USERS, ratio, 0, 1, Noise.NONE, 1, 0);
  }

  private VerdictScenario with(double newDrift, Noise newNoise, double newCluster) {
    return new VerdictScenario(
        name,
        rate,
        perSecond,
        users,
        ratio,
        slowShare,
        newDrift,
        newNoise,
        newCluster,
        onset,
        often);
  }

  private VerdictScenario of(int newUsers) {
    return new VerdictScenario(
        name, rate, perSecond, newUsers, ratio, slowShare, drift, noise, cluster, onset, often);
  }

  /** Of whom one in ten asks 25 times as often as the others. */
  private VerdictScenario unequal() {
    return new VerdictScenario(
        name, rate, perSecond, users, ratio, slowShare, drift, noise, cluster, onset, 25);
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
            USERS,
            4,
            0,
            1,
            Noise.NONE,
            1,
            1800),
        new VerdictScenario("x10 sparse errors", 0.0001, 10, USERS, 10, 0, 1, Noise.NONE, 1, 0),
        new VerdictScenario(
            "tail: 1 % of requests x8 slower", 0.005, 20, USERS, 1, 0.01, 1, Noise.NONE, 1, 0),
        // These came later; the seeds of those before go by their place.
        errors("x4 errors, in clusters of eight by user", 4).with(1, Noise.NONE, 8),
        errors("x4 errors, of 200 users", 4).of(200),
        errors("x10 errors, of 200 users", 10).of(200),
        errors("x1, nothing is wrong, 200 users", 1).of(200),
        errors("x1, nothing is wrong, 200 users of unequal rates", 1).of(200).unequal(),
        errors("x1, clusters of eight, 200 users of unequal rates", 1)
            .with(1, Noise.NONE, 8)
            .of(200)
            .unequal(),
        errors("x4 errors, of 200 users of unequal rates", 4).of(200).unequal());
  }
}
