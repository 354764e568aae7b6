package dev.landfall.replication;

/**
 * What keeps a side's fence from being turned now: whoever turned it would wait for this, and
 * everybody who wants to write would wait behind.
 *
 * @param words for people: what is held, by whom, since when, and what to do about it
 * @param yields whether it is called off by {@link DataOrder.MakeWay}; what does not is waited for
 */
public record Occupation(String words, boolean yields) {}
