/**
 * The one place with effects: look at the world, decide, append what was decided to the journal,
 * then bring the world from what is seen to what is wanted.
 *
 * <p>It knows ports and the core, and neither products nor people's interfaces.
 */
@NullMarked
package dev.landfall.engine;

import org.jspecify.annotations.NullMarked;
