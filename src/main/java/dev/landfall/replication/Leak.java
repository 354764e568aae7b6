package dev.landfall.replication;

import dev.landfall.workload.Side;

/**
 * A write that was made on a side while it was fenced: somebody went around the fence.
 *
 * @param side where it was made
 * @param table with its schema
 * @param key the primary key of the row
 */
public record Leak(Side side, String table, String key) {}
