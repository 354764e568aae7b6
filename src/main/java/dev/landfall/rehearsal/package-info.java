/**
 * What is tried before users move: the configuration that a rehearsal was about, and the ground it
 * is played on. Ports {@link dev.landfall.rehearsal.Inspector} and {@link
 * dev.landfall.rehearsal.Sandbox}.
 *
 * <p>No effects, no clock, no product; a rehearsal itself is run by the engine.
 */
@NullMarked
package dev.landfall.rehearsal;

import org.jspecify.annotations.NullMarked;
