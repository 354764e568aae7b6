/**
 * How a part of the system says that the outside did not do as asked: coded, so that programs can
 * tell, and with what to do, so that people can.
 */
@NullMarked
package dev.landfall.problem;

import org.jspecify.annotations.NullMarked;
