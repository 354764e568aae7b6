/**
 * Takes a backup, restores it elsewhere, has the copy compared with what was backed up, and removes
 * both. What a backup is made by, and how databases are compared, is handed in.
 */
@NullMarked
package dev.landfall.adapter.backup;

import org.jspecify.annotations.NullMarked;
