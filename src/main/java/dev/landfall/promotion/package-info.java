/**
 * The life of one promotion, as three pure functions: {@link dev.landfall.promotion.Decider} says
 * what follows from what is seen or asked, {@link dev.landfall.promotion.Evolver} what state the
 * events leave behind, {@link dev.landfall.promotion.Wants} how the outside should look in that
 * state. {@link dev.landfall.promotion.Course} is the safe order from one to the other.
 *
 * <p>No effects, no clock, no product. Nothing else in the program changes the state of a
 * promotion.
 */
@NullMarked
package dev.landfall.promotion;

import org.jspecify.annotations.NullMarked;
