/** Plain files in the data folder, for what may be lost. */
@NullMarked
package dev.landfall.adapter.folder;

import org.jspecify.annotations.NullMarked;
