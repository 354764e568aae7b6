/**
 * How users reach a service, and the {@link dev.landfall.routing.Router port} to what can change
 * it: shares, and holds in which requests wait while data changes owner.
 */
@NullMarked
package dev.landfall.routing;

import org.jspecify.annotations.NullMarked;
