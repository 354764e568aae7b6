/**
 * Data that lives on two sides: links that keep it in step, fences that say who may write, proofs
 * that both are equal; and the {@link dev.landfall.replication.Replicator port} to the products
 * that do it.
 *
 * <p>No product's words here: an adapter's quirk that wants in means that the port is wrong.
 */
@NullMarked
package dev.landfall.replication;

import org.jspecify.annotations.NullMarked;
