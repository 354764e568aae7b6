/**
 * The ports in memory: the fakes of the tests, and of the simulation.
 *
 * <p>Each passes the same contract suite as the real product.
 */
@NullMarked
package dev.landfall.adapter.memory;

import org.jspecify.annotations.NullMarked;
