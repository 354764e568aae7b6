/**
 * Measurements: each bench states its budget and the reason for it, and {@code ./bench NAME} runs
 * it. What they found stands in {@code docs/internals/bench}. No test lives here, and nothing that
 * the product needs.
 */
@NullMarked
package dev.landfall.bench;

import org.jspecify.annotations.NullMarked;
