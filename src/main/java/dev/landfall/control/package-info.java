/**
 * How planes that Landfall itself speaks to take orders: the door with its token, its client, the
 * JSON of orders and of what is seen, and the file that keeps an order; and which certificates
 * count on the way to whoever is asked. Nothing here knows a plane.
 */
@NullMarked
package dev.landfall.control;

import org.jspecify.annotations.NullMarked;
