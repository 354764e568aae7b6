/** Compares what users may do on the two sides, whatever it is that says so. */
@NullMarked
package dev.landfall.adapter.identity;

import org.jspecify.annotations.NullMarked;
