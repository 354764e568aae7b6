package dev.landfall.workload;

import java.time.Duration;
import java.util.Optional;

/**
 * What one flight is judged by where it differs from the plan; what is absent is as the plan has
 * it.
 *
 * @param margin by how much more frequent errors may be without harm; 0.25 for a quarter more
 * @param latency what slow answers do to it
 * @param slowerBy by how much longer its users may wait without anybody minding; 0 or more
 * @param errorsMax the share of requests of one tick that may fail; above 0, up to 1
 * @param excessMax how many requests may fail that would not have; 1 or more
 * @param usersMax how many users may get into trouble who would not have; 1 or more
 */
public record Terms(
    Optional<Double> margin,
    Optional<Scrutiny.Latency> latency,
    Optional<Duration> slowerBy,
    Optional<Double> errorsMax,
    Optional<Integer> excessMax,
    Optional<Integer> usersMax) {
  /** As the plan has it. */
  public static final Terms USUAL =
      new Terms(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** What it is judged by besides errors, where the plan is judged by something. */
  public Scrutiny over(Scrutiny plan) {
    return new Scrutiny(
        latency.orElse(plan.latency()),
        slowerBy.orElse(plan.slowerBy()),
        errorsMax.orElse(plan.errorsMax()),
        excessMax.or(plan::excessMax),
        usersMax.or(plan::usersMax));
  }
}
