/**
 * How planes that Landfall itself speaks to take orders: the JSON of orders and of what is seen,
 * and what keeps an order on disk. Nothing here knows a plane.
 */
@NullMarked
package dev.landfall.control;

import org.jspecify.annotations.NullMarked;
