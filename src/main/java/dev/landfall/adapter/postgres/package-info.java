/**
 * PostgreSQL 15 to 18 on either side: preflight, schema and copy, native logical replication,
 * fences by statement triggers, comparison by row digests.
 *
 * <p>Everything that Landfall makes in a database lies in the schema {@code landfall}, or bears a
 * name that begins with {@code landfall_}.
 */
@NullMarked
package dev.landfall.adapter.postgres;

import org.jspecify.annotations.NullMarked;
