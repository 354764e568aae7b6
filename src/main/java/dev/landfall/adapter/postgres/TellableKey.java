package dev.landfall.adapter.postgres;

import dev.landfall.engine.Pseudonyms;
import java.util.Set;

/**
 * What is told of a value that is a part of a row's key. A key is told so that people find the row,
 * in alarms, the journal and archives, and these are for good. What a program numbers is told as it
 * is; what a column of any other type holds, from texts and days of birth to what a domain or an
 * extension makes of them, could be somebody's, and is told by its {@link Pseudonyms name}. The
 * type decides and never what a value looks like: nobody can see that a word is no surname.
 */
final class TellableKey {
  /** As {@code format_type} names those of PostgreSQL itself; all others have their schema. */
  private static final Set<String> TYPES =
      Set.of("smallint", "integer", "bigint", "uuid", "boolean");

  private TellableKey() {}

  /**
   * The value as it is, or its name.
   *
   * @param column as both sides have it, or as the one has it that the value is from
   */
  static String of(KeyedTable.Column column, String value, Pseudonyms names) {
    // Any other form is that of a column whose type is another one on the other side.
    boolean number = column.form() == KeyedTable.Form.BINARY && TYPES.contains(column.type());
    return number ? value : names.of(value);
  }
}
