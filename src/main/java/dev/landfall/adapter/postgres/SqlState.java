package dev.landfall.adapter.postgres;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an answer's code means, in words of our own: those of a server may quote rows, statements
 * and passwords.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error
 *     Codes</a>
 */
final class SqlState {
  private static final Pattern FORM = Pattern.compile("[0-9A-Z]{5}");

  private static final Map<String, String> CODES =
      Map.ofEntries(
          Map.entry("08001", "no connection could be made"),
          Map.entry("08003", "the connection is closed"),
          Map.entry(
              "08004", "the connection was rejected, as without a password where one is wanted"),
          Map.entry("08006", "the connection broke"),
          Map.entry("22P02", "a value is not of its type"),
          Map.entry("22P04", "what was copied is not in the form of a copy"),
          Map.entry("23502", "a value is missing"),
          Map.entry("23503", "a foreign key leads nowhere"),
          Map.entry("23505", "there is such a row already"),
          Map.entry("23514", "a check constraint does not hold"),
          Map.entry("25006", "writes are refused there"),
          Map.entry("28000", "not let in"),
          Map.entry("28P01", "password authentication failed"),
          Map.entry("3D000", "the database does not exist"),
          Map.entry("3F000", "the schema does not exist"),
          Map.entry("40001", "somebody else changed the same at once"),
          Map.entry("40P01", "a deadlock"),
          Map.entry("42501", "a right is missing"),
          Map.entry("42601", "a statement that it cannot read"),
          Map.entry("42703", "a column does not exist"),
          Map.entry("42704", "something named does not exist"),
          Map.entry("42710", "something of that name is there already"),
          Map.entry("42883", "a function does not exist"),
          Map.entry("42P01", "a table does not exist"),
          Map.entry("42P06", "a schema of that name is there already"),
          Map.entry("42P07", "a table of that name is there already"),
          Map.entry("53100", "its disk is full"),
          Map.entry("53200", "it is out of memory"),
          Map.entry("53300", "too many connections"),
          Map.entry("55000", "something is not in the state for it"),
          Map.entry("55006", "something is in use"),
          Map.entry("55P03", "a lock was not had in time"),
          Map.entry("57014", "the statement was ended, as it took too long or was called off"),
          Map.entry("57P01", "an administrator ended the session"),
          Map.entry("57P02", "the server crashed"),
          Map.entry("57P03", "the server starts up or shuts down"),
          Map.entry("P0001", "a function of the database raised it"));

  /** By the first two characters. */
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("08", "the connection"),
          Map.entry("0A", "it does not support that"),
          Map.entry("22", "data that cannot be used so"),
          Map.entry("23", "a constraint does not hold"),
          Map.entry("25", "the state of the transaction"),
          Map.entry("28", "not let in"),
          Map.entry("2B", "something else depends on it"),
          Map.entry("40", "the transaction was taken back"),
          Map.entry("42", "a statement or a right"),
          Map.entry("53", "it lacks resources"),
          Map.entry("54", "a limit of the server"),
          Map.entry("55", "something is not in the state for it"),
          Map.entry("57", "an operator intervened"),
          Map.entry("58", "an error of its system"),
          Map.entry("F0", "its configuration"),
          Map.entry("P0", "a function of the database raised it"),
          Map.entry("XX", "a fault in the server itself"));

  private SqlState() {}

  /** The five characters of a code; empty when there are none, or they are none of a code. */
  static String of(@Nullable String state) {
    return state != null && FORM.matcher(state).matches() ? state : "";
  }

  /** {@code 42501 (a right is missing)}; of a code that is not known its class, or that alone. */
  static String words(String state) {
    if (state.isEmpty()) {
      return "something without a code";
    }
    String meaning = CODES.getOrDefault(state, CLASSES.getOrDefault(state.substring(0, 2), ""));
    return meaning.isEmpty() ? state : state + " (" + meaning + ")";
  }
}
