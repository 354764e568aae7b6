package dev.landfall.replication;

/**
 * A row that was written on both sides before either had heard of the other's write, while both
 * accept writes. One of the two writes is lost or will be. The values are never named: they may be
 * personal.
 *
 * @param table with its schema: {@code public.orders}
 * @param key the primary key: {@code id=17}
 * @param what for people: what was seen
 * @param place tells one conflict about a row from the next; empty for what is known of the row
 *     alone
 */
public record Conflict(String table, String key, String what, String place) {
  /** The conflict as a sentence without a beginning. */
  public String words() {
    return table + " " + key + " " + what;
  }
}
