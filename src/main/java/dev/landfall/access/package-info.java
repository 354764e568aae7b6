/**
 * What the adoption team may do on the target until users are there, and then no more (R21, R81,
 * R106), and what users may do on each side (R43). Ports {@link dev.landfall.access.AccessControl}
 * and {@link dev.landfall.access.UserRights}.
 *
 * <p>No effects, no clock, no product.
 */
@NullMarked
package dev.landfall.access;

import org.jspecify.annotations.NullMarked;
