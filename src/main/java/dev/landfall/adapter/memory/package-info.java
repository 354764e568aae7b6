/**
 * Adapters that live in memory: the fakes of the tests and of the simulation. Each passes the
 * contract suite that the real products pass.
 */
@NullMarked
package dev.landfall.adapter.memory;

import org.jspecify.annotations.NullMarked;
