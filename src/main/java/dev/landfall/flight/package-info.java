/** Cohorts of users that move one after the other, and how each of their flights is judged. */
@NullMarked
package dev.landfall.flight;

import org.jspecify.annotations.NullMarked;
