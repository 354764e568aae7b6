/**
 * What is known of gates, and what follows from it: evidence, signatures, separation of duty, and
 * the one place that says how a gate stands. What a gate demands is a part of the workload.
 */
@NullMarked
package dev.landfall.gate;

import org.jspecify.annotations.NullMarked;
