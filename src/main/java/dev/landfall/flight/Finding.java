package dev.landfall.flight;

import dev.landfall.stats.Arm;
import java.util.OptionalDouble;

/**
 * What is known of one metric of a flight.
 *
 * @param metric its name
 * @param moved all that the moved did
 * @param stayed all that those did who stayed
 * @param ratio how many times as frequent events are among the moved; absent while unknown
 * @param atLeast the same at least, within the error budget; absent while nothing is proven
 * @param atMost the same at most; likewise
 * @param towardsFail how much of the proof that it does harm is there, from 0 to 1
 * @param towardsPass how much of the proof that it does none is there, from 0 to 1
 * @param noisy whether two groups of which nobody moved differ as well
 */
public record Finding(
    String metric,
    Arm moved,
    Arm stayed,
    OptionalDouble ratio,
    OptionalDouble atLeast,
    OptionalDouble atMost,
    double towardsFail,
    double towardsPass,
    boolean noisy) {}
