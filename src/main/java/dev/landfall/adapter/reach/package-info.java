/** Looks whether places answer, and how soon. */
@NullMarked
package dev.landfall.adapter.reach;

import org.jspecify.annotations.NullMarked;
