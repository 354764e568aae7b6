/** Looks whether services can serve, for planes that do not look themselves. */
@NullMarked
package dev.landfall.adapter.health;

import org.jspecify.annotations.NullMarked;
