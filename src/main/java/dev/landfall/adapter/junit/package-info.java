/** Reads reports of tests, in the XML form that JUnit's Ant task began and most tools write. */
@NullMarked
package dev.landfall.adapter.junit;

import org.jspecify.annotations.NullMarked;
