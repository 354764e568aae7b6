package dev.landfall.flight;

import dev.landfall.stats.Arm;
import dev.landfall.stats.RateBound;
import dev.landfall.stats.RateRatio;
import dev.landfall.stats.WanderingRatio;
import java.util.Optional;

/**
 * One metric of a flight, over all its ticks. Immutable.
 *
 * @param effect the moved against those who stayed
 * @param wander the same, against rates that wander
 * @param noise one half of those who stayed against the other
 * @param noiseBackwards the other against the one
 * @param last requests of the moved in the last tick
 * @param movedRequests all requests of the moved, whatever the proofs are drawn from
 * @param stayedRequests all requests of those who stayed
 * @param unit what the proofs are drawn from; absent while nothing was told
 */
record MetricJudge(
    RateRatio effect,
    WanderingRatio wander,
    RateRatio noise,
    RateRatio noiseBackwards,
    Arm last,
    Arm movedRequests,
    Arm stayedRequests,
    Optional<Unit> unit) {
  /**
   * The evidence that rates which wander by 30 % are not enough of an explanation: one flight in
   * twenty whose rates do that may reach it. That bound is far from what happens, because the other
   * proof is needed in the same tick; the bench has the figures.
   */
  private static final double WANDER_NEEDED = 20;

  static MetricJudge with(Policy policy) {
    RateRatio noise = RateRatio.against(policy.margin());
    return new MetricJudge(
        RateRatio.between(policy.margin(), policy.marginRuledOut()),
        WanderingRatio.beyond(policy.margin()),
        noise,
        noise,
        Arm.NONE,
        Arm.NONE,
        Arm.NONE,
        Optional.empty());
  }

  static MetricJudge of(FlightMemory.Metric memory) {
    return new MetricJudge(
        RateRatio.of(memory.effect()),
        WanderingRatio.of(memory.wander()),
        RateRatio.of(memory.noise()),
        RateRatio.of(memory.noiseBackwards()),
        memory.last(),
        memory.movedRequests(),
        memory.stayedRequests(),
        memory.unit());
  }

  FlightMemory.Metric memory() {
    return new FlightMemory.Metric(
        effect.memory(),
        wander.memory(),
        noise.memory(),
        noiseBackwards.memory(),
        last,
        movedRequests,
        stayedRequests,
        unit);
  }

  /** With what requests did, which is also what the proofs are drawn from. */
  MetricJudge after(Reading requests) {
    return after(requests, requests, Unit.REQUESTS, 1);
  }

  /** The same of requests that may fail for one cause, so many at a time. */
  MetricJudge inClusters(Reading requests, int cluster) {
    return after(requests, requests, Unit.REQUESTS, cluster);
  }

  /** With what requests did, and with what their users met, from which the proofs are drawn. */
  MetricJudge after(Reading requests, Reading users) {
    return after(requests, users, Unit.USERS, 1);
  }

  private MetricJudge after(Reading requests, Reading proof, Unit counted, int cluster) {
    return new MetricJudge(
        effect.after(proof.effect(cluster)),
        wander.after(proof.effect(cluster)),
        noise.after(proof.noise(cluster)),
        noiseBackwards.after(proof.noiseBackwards(cluster)),
        requests.moved(),
        movedRequests.plus(requests.moved()),
        stayedRequests.plus(requests.stayed()),
        Optional.of(unit.map(known -> known.and(counted)).orElse(counted)));
  }

  /** Minutes later, and with the possibility that harm begins now. */
  MetricJudge orFromNow(long minutes, double weight) {
    return new MetricJudge(
        effect.orFromNow(weight),
        wander.orFromNow(minutes, weight),
        noise,
        noiseBackwards,
        last,
        movedRequests,
        stayedRequests,
        unit);
  }

  /**
   * Whether it has failed: the margin is exceeded, and rates that wander do not explain it. The
   * second only withholds verdicts, so what the first proves stays valid.
   *
   * @param error how probable it may be that it fails for nothing
   */
  boolean worse(double error) {
    return effect.worse() >= 1 / error && wander.worse() >= WANDER_NEEDED;
  }

  /** Whether the margin is exceeded, and rates that wander might explain it. */
  boolean maybeWanders(double error) {
    return effect.worse() >= 1 / error && wander.worse() < WANDER_NEEDED;
  }

  /**
   * Whether it has passed: what is to be ruled out is ruled out, and the best guess is within half
   * the margin. The second asks for more than the proof does, so the proof stays valid; it keeps
   * what is neither harmless nor ruled out from passing early.
   */
  boolean notWorse(ErrorBudget budget) {
    return effect.notWorse() >= budget.needed()
        && effect.estimate().orElse(Double.POSITIVE_INFINITY) <= (1 + effect.harmless()) / 2;
  }

  /**
   * Whether the moved are proven to have fewer events than anybody minds: of their requests, which
   * is what the bound speaks of, and of their users too where they are counted, because requests
   * that fail in a row prove less than they seem to.
   */
  boolean rare(Policy policy) {
    return policy.tolerated() > 0
        && isRare(movedRequests, policy)
        && (unit.filter(each -> each != Unit.REQUESTS).isEmpty() || isRare(effect.moved(), policy));
  }

  private static boolean isRare(Arm moved, Policy policy) {
    return RateBound.below(policy.tolerated()).after(moved).rarer() >= policy.toPass().needed();
  }

  /** Whether harm explains what was seen better than none does: then nothing passes yet. */
  boolean leansToHarm() {
    return effect.worse() > 1;
  }

  /** Whether two groups of which nobody moved differ by more than the margin too. */
  boolean noisy() {
    return Math.max(noise.differs(), noiseBackwards.differs()) >= Policy.NOISE_NEEDED;
  }

  /** Requests of the moved with an event that would have had none where they were. */
  double excess() {
    return excess(movedRequests, stayedRequests);
  }

  /** Events of the moved that they would not have had among those who stayed. */
  static double excess(Arm moved, Arm stayed) {
    double usual = stayed.units() == 0 ? 0 : (double) stayed.events() / stayed.units();
    return moved.events() - usual * moved.units();
  }

  /** Why a guard acts; absent when it does not. */
  Optional<String> guarded(Policy.Guard guard) {
    if (last.units() >= Math.max(1, guard.unitsMin())
        && (double) last.events() / last.units() > guard.rateMax()) {
      return Optional.of(
          String.format(
              java.util.Locale.ROOT,
              "%d of %d requests in the last tick, more than %.1f %%",
              last.events(),
              last.units(),
              100 * guard.rateMax()));
    }
    return excess() > guard.excessMax()
        ? Optional.of(
            String.format(
                java.util.Locale.ROOT,
                "%.0f requests more than there would have been, and at most %.0f are allowed",
                excess(),
                guard.excessMax()))
        : Optional.empty();
  }

  /** What is known of it, for people. */
  Finding finding(String metric, Policy policy, double error) {
    return new Finding(
        metric,
        error,
        unit,
        effect.moved(),
        effect.stayed(),
        movedRequests,
        stayedRequests,
        effect.estimate(),
        effect.atLeast(error),
        effect.atMost(policy.toPass().each()),
        Math.min(share(effect.worse(), 1 / error), share(wander.worse(), WANDER_NEEDED)),
        share(effect.notWorse(), policy.toPass().needed()),
        noisy());
  }

  /** How far it is to proof, by orders of magnitude: 0 for nothing, 1 for enough. */
  private static double share(double evidence, double needed) {
    return Math.clamp(Math.log(evidence) / Math.log(needed), 0, 1);
  }
}
