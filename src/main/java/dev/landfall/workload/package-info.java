/**
 * What is being promoted: assets on two sides, the routes by which users reach them, and the limits
 * within which it happens.
 *
 * <p>Values only. Parsing of files, resolving of secrets and anything that touches the outside do
 * not belong here.
 */
@NullMarked
package dev.landfall.workload;

import org.jspecify.annotations.NullMarked;
