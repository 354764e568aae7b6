/**
 * Users led by whatever a program of the user's own can change: the {@link
 * dev.landfall.adapter.command.CommandRouter plane} that runs it, by the contract in {@code
 * docs/guide/plane-command.md}. Nothing here interprets a shell's language.
 */
@NullMarked
package dev.landfall.adapter.command;

import org.jspecify.annotations.NullMarked;
