/**
 * The command line: reads what was typed, asks {@link dev.landfall.cli.Operations}, and says the
 * answer to people or, with {@code --json}, to programs.
 *
 * <p>Nothing is decided here, and no product is known here. Verbs that only print load nothing.
 */
@NullMarked
package dev.landfall.cli;

import org.jspecify.annotations.NullMarked;
