package dev.landfall.flight;

import dev.landfall.stats.Arm;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of one metric of a flight.
 *
 * @param metric its name
 * @param error how probable it may be that it fails a flight for nothing: its part of the budget
 * @param unit what is counted as one; absent while nothing was
 * @param moved all that the moved did
 * @param stayed all that those did who stayed
 * @param movedRequests the requests of the moved, and those of them with an event
 * @param stayedRequests the same of those who stayed
 * @param ratio how many times as frequent events are among the moved; absent while unknown
 * @param atLeast the same at least, within the error budget; absent while nothing is proven
 * @param atMost the same at most; likewise
 * @param towardsFail how much of the proof that it does harm is there, from 0 to 1
 * @param towardsPass how much of the proof that it does none is there, from 0 to 1
 * @param noisy whether two groups of which nobody moved differ as well
 */
public record Finding(
    String metric,
    double error,
    Optional<Unit> unit,
    Arm moved,
    Arm stayed,
    Arm movedRequests,
    Arm stayedRequests,
    OptionalDouble ratio,
    OptionalDouble atLeast,
    OptionalDouble atMost,
    double towardsFail,
    double towardsPass,
    boolean noisy) {
  /** What it is, and what is counted: {@code errors (users)}. */
  String words() {
    return metric + unit.map(each -> " (" + each.word() + ")").orElse("");
  }
}
