package dev.landfall.replication;

/**
 * A row that is not the same on both sides. The values are never named: they may be personal.
 *
 * @param table with its schema: {@code public.orders}
 * @param key the primary key: {@code id=17}
 * @param what {@code missing on target}, {@code missing on source} or {@code not equal}
 */
public record Difference(String table, String key, String what) {
  /** In place of a key: a whole table. */
  public static final String WHOLE = "(all of it)";

  @Override
  public String toString() {
    return table + " " + key + " " + what;
  }
}
