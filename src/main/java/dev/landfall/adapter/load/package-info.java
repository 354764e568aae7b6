/**
 * Asks two sides of a service for the same, at a rate that does not depend on how soon they answer,
 * and judges the one by the other with the statistics of flights.
 */
@NullMarked
package dev.landfall.adapter.load;

import org.jspecify.annotations.NullMarked;
