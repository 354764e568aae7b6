/**
 * The state of one data folder in one SQLite file, {@code landfall.db}: the journal, and who drives
 * which workload.
 *
 * <p>SQL and the driver's exceptions stay in here; what goes out is the engine's types, or an
 * {@link dev.landfall.problem.OutsideException} with a code of {@link
 * dev.landfall.adapter.sqlite.SqliteProblem}.
 */
@NullMarked
package dev.landfall.adapter.sqlite;

import org.jspecify.annotations.NullMarked;
