package dev.landfall.bench;

import dev.landfall.routing.UserTally;
import dev.landfall.stats.Arm;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What happens in one flight of a scenario, tick by tick, for three groups: the moved, and two
 * halves of those who stayed. Latency is lognormal with a sd of 0.8, seen by how many requests
 * exceed the p50, p95 and p99 of those who stayed. Changed in place, because millions of ticks are
 * simulated.
 */
final class VerdictTraffic {
  private static final double LATENCY_SD = 0.8;
  private static final double SLOWER = 8;
  private static final double NOISE_PHI = 0.9;

  /** Standard normal quantiles of the p50, p95 and p99, and of twice the p99. */
  private static final double[] QUANTILES = {
    0, 1.644854, 2.326348, 2.326348 + Math.log(2) / LATENCY_SD
  };

  /** Of those who stayed, and of slowed requests. */
  private static final double[] USUAL = {0.5, 0.05, 0.01, above(QUANTILES[3])};

  private static final double[] SLOWED =
      Arrays.stream(QUANTILES).map(z -> above(z - Math.log(SLOWER) / LATENCY_SD)).toArray();

  /** Of all users, those who ask often where some do. */
  private static final double OFTEN_SHARE = 0.1;

  private static final int QUIET = Math.toIntExact(UserTally.QUIET.toSeconds());

  private final VerdictScenario scenario;
  private final SplittableRandom random;

  /** For users alone, so that requests are the same however users are counted. */
  private final SplittableRandom userRandom;

  private final double[] wander = new double[3];
  private final long[] troubled = new long[3];
  private int second;

  /** Of the last tick, by group. */
  final long[] units = new long[3];

  final long[] errors = new long[3];

  /** Requests of users who were well; and how many of them put their user into trouble. */
  final long[] trials = new long[3];

  final long[] harmed = new long[3];

  /** How many users there are of each kind: those who ask often, and the others. */
  private final long[][] users = new long[3][2];

  /** Those who are not well yet, by the second in which they were harmed, modulo the quiet time. */
  private final int[][][] unwell = new int[3][2][QUIET];

  private final int[][] unwellNow = new int[3][2];

  /** Requests above each of the quantiles, by quantile and group. */
  final long[][] slow = new long[4][3];

  /** Harm that a good flight would not have done, expected in the last tick. */
  double excess;

  /** Whole minutes that have passed, and what was seen in each of them. */
  int minutes;

  final double[] movedErrors = new double[60];
  final double[] stayedErrors = new double[60];
  final double[] movedMean = new double[60];
  final double[] stayedMean = new double[60];
  final double[] movedOverLimit = new double[60];
  private final long[] open = new long[4];

  VerdictTraffic(VerdictScenario scenario, SplittableRandom random, SplittableRandom userRandom) {
    this.scenario = scenario;
    this.userRandom = userRandom;
    this.random = random;
    for (int group = 0; group < 3; group++) {
      wander[group] = scenario.noise().sd * random.nextGaussian();
      draw(group);
      double steady = scenario.rate() * perSecond(group);
      troubled[group] = scenario.cluster() > 1 ? binomial(random, 1000, steady / 1000) : 0;
    }
  }

  /** Users of two kinds are drawn by a hash that knows nothing of how often they ask. */
  private void draw(int group) {
    long all = scenario.users() / (group == 0 ? 1 : 2);
    users[group][0] = scenario.often() == 1 ? 0 : binomial(userRandom, all, OFTEN_SHARE);
    users[group][1] = all - users[group][0];
  }

  /** Requests of one kind of users in a second. */
  private double perSecond(int group, int kind) {
    double seldom =
        scenario.perSecond() / (scenario.users() * (1 + OFTEN_SHARE * (scenario.often() - 1)));
    return users[group][kind] * seldom * (kind == 0 ? scenario.often() : 1);
  }

  private double perSecond(int group) {
    return perSecond(group, 0) + perSecond(group, 1);
  }

  int second() {
    return second;
  }

  /** Some seconds more; a minute is a multiple of them. */
  void pass(int seconds) {
    excess = 0;
    for (int group = 0; group < 3; group++) {
      units[group] = Math.round(perSecond(group) * seconds);
      fail(group, seconds);
      delay(group);
    }
    second += seconds;
    open[0] += errors[0];
    open[1] += errors[1] + errors[2];
    open[2] += units[0];
    open[3] += slow[3][0];
    if (second % 60 == 0) {
      endMinute();
    }
  }

  private void fail(int group, int seconds) {
    double rate = scenario.rate() * (second >= 120 ? scenario.drift() : 1);
    if (scenario.noise() != VerdictScenario.Noise.NONE) {
      boolean shared = group == 2 && scenario.noise() == VerdictScenario.Noise.EACH_SIDE;
      rate *= Math.exp(wander[shared ? 1 : group]);
    }
    if (group == 0 && second >= scenario.onset()) {
      excess += units[0] * rate * (scenario.ratio() - 1);
      rate *= scenario.ratio();
    }
    if (scenario.cluster() == 1) {
      errors[group] = binomial(random, units[group], Math.min(1, rate));
      harm(group, seconds, errors[group]);
      return;
    }
    // A user in trouble fails once a second until it is over.
    // Whoever is in trouble at the beginning is met with the next failure.
    long begun =
        binomial(random, units[group], rate / scenario.cluster())
            + (second == 0 ? troubled[group] : 0);
    long all = 0;
    troubled[group] += second == 0 ? begun - troubled[group] : begun;
    for (int at = 0; at < seconds; at++) {
      all += troubled[group];
      troubled[group] -= binomial(random, troubled[group], 1 / scenario.cluster());
    }
    errors[group] = Math.min(units[group], all);
    harm(group, seconds, begun);
  }

  /** So many requests begin to fail; with those of users who are not well it is not news. */
  private void harm(int group, int seconds, long begun) {
    trials[group] = 0;
    harmed[group] = 0;
    long unitsLeft = units[group];
    long begunLeft = begun;
    for (int kind = 0; kind < 2; kind++) {
      double share = kind == 1 ? 1 : perSecond(group, 0) / perSecond(group);
      long asked = kind == 1 ? unitsLeft : Math.round(unitsLeft * share);
      long failed = kind == 1 ? begunLeft : binomial(userRandom, begunLeft, share);
      unitsLeft -= asked;
      begunLeft -= failed;
      harm(group, kind, seconds, asked, Math.min(asked, failed));
    }
  }

  private void harm(int group, int kind, int seconds, long asked, long failed) {
    int now = second % QUIET;
    for (int at = 0; at < seconds; at++) {
      int past = (now + at) % QUIET;
      unwellNow[group][kind] -= unwell[group][kind][past];
      unwell[group][kind][past] = 0;
    }
    double all = users[group][kind];
    double share = all == 0 ? 1 : Math.min(1, unwellNow[group][kind] / all);
    long tried = asked - binomial(userRandom, asked, share);
    long news = Math.min(tried, failed - binomial(userRandom, failed, share));
    news = Math.min(news, users[group][kind] - unwellNow[group][kind]);
    trials[group] += tried;
    harmed[group] += news;
    unwell[group][kind][now] += (int) news;
    unwellNow[group][kind] += (int) news;
  }

  private void delay(int group) {
    double slowed = group == 0 ? scenario.slowShare() : 0;
    excess += units[group] * slowed;
    long rest = units[group];
    long over = 0;
    double before = 0;
    for (int quantile = 2; quantile >= 0; quantile--) {
      double now = mixed(quantile, slowed);
      long more = binomial(random, rest, (now - before) / (1 - before));
      over += more;
      rest -= more;
      slow[quantile][group] = over;
      before = now;
    }
    slow[3][group] = binomial(random, slow[2][group], mixed(3, slowed) / mixed(2, slowed));
  }

  private static double mixed(int quantile, double slowed) {
    return (1 - slowed) * USUAL[quantile] + slowed * SLOWED[quantile];
  }

  private void endMinute() {
    if (minutes < 60) {
      movedErrors[minutes] = (double) open[0] / open[2];
      stayedErrors[minutes] = (double) open[1] / open[2];
      movedOverLimit[minutes] = (double) open[3] / open[2];
      if (scenario.slowShare() > 0) {
        movedMean[minutes] = mean(open[2], scenario.slowShare());
        stayedMean[minutes] = mean(open[2], 0);
      }
      minutes++;
    }
    Arrays.fill(open, 0);
    for (int group = 0; group < 3; group++) {
      wander[group] =
          NOISE_PHI * wander[group]
              + scenario.noise().sd * Math.sqrt(1 - NOISE_PHI * NOISE_PHI) * random.nextGaussian();
    }
  }

  /** The mean latency of a minute: slowed requests one by one, the others by their limit law. */
  private double mean(long requests, double slowed) {
    long slowOnes = binomial(random, requests, slowed);
    double usual = requests - slowOnes;
    double variance = LATENCY_SD * LATENCY_SD;
    double sum =
        usual * Math.exp(variance / 2)
            + Math.sqrt(usual * Math.expm1(variance) * Math.exp(variance)) * random.nextGaussian();
    for (long each = 0; each < slowOnes; each++) {
      sum += SLOWER * Math.exp(LATENCY_SD * random.nextGaussian());
    }
    return sum / requests;
  }

  static Arm arm(long[] units, long[] events, int group) {
    return new Arm(units[group], events[group]);
  }

  /** By inversion, which is quick for the small means here; large ones by their limit law. */
  private static long binomial(SplittableRandom random, long trials, double probability) {
    if (trials == 0 || probability <= 0) {
      return 0;
    }
    if (probability >= 1) {
      return trials;
    }
    if (trials * probability > 100) {
      double sd = Math.sqrt(trials * probability * (1 - probability));
      return Math.clamp(Math.round(trials * probability + sd * random.nextGaussian()), 0, trials);
    }
    double odds = probability / (1 - probability);
    double term = Math.pow(1 - probability, (double) trials);
    double left = random.nextDouble();
    long count = 0;
    while (left > term && count < trials) {
      left -= term;
      count++;
      term *= odds * (trials - count + 1) / count;
    }
    return count;
  }

  /** How probable a standard normal value above is, by Abramowitz and Stegun 26.2.17. */
  private static double above(double z) {
    if (z < 0) {
      return 1 - above(-z);
    }
    double t = 1 / (1 + 0.2316419 * z);
    double sum =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
  }
}
