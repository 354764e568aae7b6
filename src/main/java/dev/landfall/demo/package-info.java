/**
 * The sample world: two real databases, a small shop on two sides, its customers, and the report.
 * It drives the product by its command line as anybody would.
 */
@NullMarked
package dev.landfall.demo;

import org.jspecify.annotations.NullMarked;
