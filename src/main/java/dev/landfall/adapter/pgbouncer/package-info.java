/**
 * Services led to the owner of their database by a PgBouncer 1.18 or later: the {@link
 * dev.landfall.adapter.pgbouncer.PgbouncerRouter plane}, which repoints a database of PgBouncer's
 * in a file that its configuration includes, and speaks to its console. Nothing here passes users'
 * queries.
 */
@NullMarked
package dev.landfall.adapter.pgbouncer;

import org.jspecify.annotations.NullMarked;
