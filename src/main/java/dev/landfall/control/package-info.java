/**
 * How planes that Landfall itself speaks to take orders: the door with its token, its client, the
 * JSON of orders and of what is seen, and the file that keeps an order. Nothing here knows a plane.
 */
@NullMarked
package dev.landfall.control;

import org.jspecify.annotations.NullMarked;
