/**
 * The workload file: from bytes to a {@link dev.landfall.workload.Workload}, or to a list of every
 * mistake with its place. The JSON form of a workload, and the hash of its plan, live here too.
 *
 * <p>Nothing here resolves a secret, opens a connection, or repeats a value that may be a secret
 * written by mistake.
 */
@NullMarked
package dev.landfall.cli.file;

import org.jspecify.annotations.NullMarked;
