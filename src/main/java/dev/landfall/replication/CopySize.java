package dev.landfall.replication;

/**
 * How much a first copy would have to carry, by what the source's catalogs say without reading any
 * table.
 *
 * @param tables tables with rows of their own
 * @param rows by the statistics, which may be old; 0 when there are none
 * @param bytes what the tables take on the source's disk, without their indexes
 * @param indexBytes what the indexes take there, which are made anew on the target
 */
public record CopySize(long tables, long rows, long bytes, long indexBytes) {}
