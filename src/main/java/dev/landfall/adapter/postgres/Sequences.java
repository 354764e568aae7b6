package dev.landfall.adapter.postgres;

import dev.landfall.workload.Side;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Moves the sequences of one side past those of the other, which replication does not carry. */
final class Sequences {
  /** A statement that reads as many sequences stays of a bearable size. */
  private static final int AT_ONCE = 500;

  private static final String NAMES =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'S' AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('information_schema', 'landfall') AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
          AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY 1
      """;

  /**
   * Where a sequence stands.
   *
   * @param last the last value given, or when none was given yet the first to be given
   * @param called whether {@code last} was given
   * @param increment how far each step goes; negative when it counts down
   */
  record Position(String name, long last, boolean called, long increment, long min, long max) {
    /**
     * The position when a number is known to have been given; numbers it cannot give do not count.
     */
    Position atLeast(long used) {
      boolean further = increment > 0 ? used >= last : used <= last;
      return further && used >= min && used <= max
          ? new Position(name, used, true, increment, min, max)
          : this;
    }

    /** The same with a narrower range, because columns hold no more. */
    Position within(long least, long most) {
      long low = min < least ? least : min;
      long high = max > most ? most : max;
      return new Position(name, last, called, increment, low, high);
    }

    /** The position, or where the same sequence stands on a side that has come further. */
    Position orFurther(List<Position> own) {
      return own.stream()
          .filter(each -> each.name().equals(name))
          .filter(each -> increment > 0 ? each.last() > last : each.last() < last)
          .findFirst()
          .orElse(this);
    }

    /**
     * The position some steps further. A margin that does not fit before the end is given up: both
     * sides are fenced, so the exact position is right as well, and the margin only guards against
     * values taken around the fence.
     */
    Position ahead(long steps) {
      BigInteger wanted =
          BigInteger.valueOf(last)
              .add(BigInteger.valueOf(increment).multiply(BigInteger.valueOf(steps)));
      boolean fits =
          wanted.compareTo(BigInteger.valueOf(min)) >= 0
              && wanted.compareTo(BigInteger.valueOf(max)) <= 0;
      return fits ? new Position(name, wanted.longValueExact(), called, increment, min, max) : this;
    }
  }

  private Sequences() {}

  /** Reads where all sequences of a side stand, in two round trips. */
  static List<Position> read(Connection connection) throws SQLException {
    var names = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(NAMES)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    var found = new ArrayList<Position>();
    for (int from = 0; from < names.size(); from += AT_ONCE) {
      readSome(connection, names.subList(from, Math.min(names.size(), from + AT_ONCE)), found);
    }
    return found;
  }

  private static void readSome(Connection connection, List<String> names, List<Position> found)
      throws SQLException {
    String union =
        names.stream()
            .map(name ->
                "SELECT %s AS name, last_value, is_called FROM %s".formatted(quoted(name), name))
            .collect(Collectors.joining(" UNION ALL "));
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT v.name, v.last_value, v.is_called, s.seqincrement, s.seqmin, s.seqmax"
                    + " FROM ("
                    + union
                    + ") v JOIN pg_sequence s ON s.seqrelid = v.name::regclass")) {
      while (rows.next()) {
        found.add(
            new Position(
                rows.getString(1),
                rows.getLong(2),
                rows.getBoolean(3),
                rows.getLong(4),
                rows.getLong(5),
                rows.getLong(6)));
      }
    }
  }

  /** Sets all in one transaction, and remembers for which token. */
  static void set(Session session, Side side, List<Position> positions, String token, long epoch) {
    session.change(
        "move the sequences of the " + side.word(),
        connection -> {
          Control.take(connection, side, epoch);
          for (int from = 0; from < positions.size(); from += AT_ONCE) {
            var some = positions.subList(from, Math.min(positions.size(), from + AT_ONCE));
            Links.execute(
                connection,
                some.stream()
                    .map(each ->
                        "SELECT setval(%s, %d, %b)"
                            .formatted(quoted(each.name()), each.last(), each.called()))
                    .collect(Collectors.joining(" UNION ALL ")));
          }
          try (var update =
              connection.prepareStatement("UPDATE landfall.control SET aligned = ?")) {
            update.setString(1, token);
            update.executeUpdate();
          }
          return true;
        });
  }

  private static String quoted(String name) {
    return "'" + name.replace("'", "''") + "'";
  }
}
