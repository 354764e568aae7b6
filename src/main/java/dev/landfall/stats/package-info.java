/** Tests and intervals on numbers; knows nothing of flights. */
@NullMarked
package dev.landfall.stats;

import org.jspecify.annotations.NullMarked;
