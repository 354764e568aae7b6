/**
 * All that speaks for one promotion in one file, which can be checked where nothing else of it is:
 * how it is laid out, how it is written, and how it is checked. Nothing here asks the network.
 */
@NullMarked
package dev.landfall.adapter.archive;

import org.jspecify.annotations.NullMarked;
