package dev.landfall.flight;

import dev.landfall.stats.Arm;
import dev.landfall.stats.RateRatio;
import java.util.Optional;

/**
 * One metric of a flight, over all its ticks. Immutable.
 *
 * @param effect the moved against those who stayed
 * @param noise one half of those who stayed against the other
 * @param noiseBackwards the other against the one
 * @param last what the moved did in the last tick
 */
record MetricJudge(RateRatio effect, RateRatio noise, RateRatio noiseBackwards, Arm last) {
  static MetricJudge with(double margin) {
    RateRatio start = RateRatio.against(margin);
    return new MetricJudge(start, start, start, Arm.NONE);
  }

  MetricJudge after(Reading reading) {
    return new MetricJudge(
        effect.after(reading.effect()),
        noise.after(reading.noise()),
        noiseBackwards.after(reading.noiseBackwards()),
        reading.moved());
  }

  boolean worse(ErrorBudget budget) {
    return effect.worse() >= budget.needed();
  }

  boolean notWorse(ErrorBudget budget) {
    return effect.notWorse() >= budget.needed();
  }

  /** Whether two groups of which nobody moved differ by more than the margin too. */
  boolean noisy(ErrorBudget budget) {
    return Math.max(noise.worse(), noiseBackwards.worse()) >= budget.needed();
  }

  /** Events of the moved that they would not have had where they were. */
  double excess() {
    Arm moved = effect.moved();
    Arm stayed = effect.stayed();
    double usual = stayed.units() == 0 ? 0 : (double) stayed.events() / stayed.units();
    return moved.events() - usual * moved.units();
  }

  /** Why a guard acts; absent when none does. */
  Optional<String> guarded(Policy.Guard guard) {
    if (last.units() >= Math.max(1, guard.unitsMin())
        && (double) last.events() / last.units() > guard.rateMax()) {
      return Optional.of(
          String.format(
              java.util.Locale.ROOT,
              "%d of %d in the last tick, more than %.1f %%",
              last.events(),
              last.units(),
              100 * guard.rateMax()));
    }
    return excess() > guard.excessMax()
        ? Optional.of(
            String.format(
                java.util.Locale.ROOT,
                "%.0f more than there would have been, and at most %.0f are allowed",
                excess(),
                guard.excessMax()))
        : Optional.empty();
  }

  /** What is known of it, for people. */
  Finding finding(String metric, Policy policy) {
    return new Finding(
        metric,
        effect.moved(),
        effect.stayed(),
        effect.estimate(),
        effect.atLeast(policy.toFail().each()),
        effect.atMost(policy.toPass().each()),
        share(effect.worse(), policy.toFail()),
        share(effect.notWorse(), policy.toPass()),
        noisy(policy.toFail()));
  }

  /** How far it is to proof, by orders of magnitude: 0 for nothing, 1 for enough. */
  private static double share(double evidence, ErrorBudget budget) {
    return Math.clamp(Math.log(evidence) / Math.log(budget.needed()), 0, 1);
  }
}
