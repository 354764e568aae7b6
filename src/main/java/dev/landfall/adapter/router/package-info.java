/**
 * Landfall's own router: a process that carries HTTP requests to one side or the other, holds them
 * while data changes owner, and outlives the controllers that order it; and {@link
 * dev.landfall.adapter.router.HttpRouter}, by which they do.
 *
 * <p>Inside the process work is done on Vert.x event loops and nothing blocks them; outside of it
 * no type of Vert.x is to be seen.
 */
@NullMarked
package dev.landfall.adapter.router;

import org.jspecify.annotations.NullMarked;
