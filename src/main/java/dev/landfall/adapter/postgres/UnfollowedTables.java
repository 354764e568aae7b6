package dev.landfall.adapter.postgres;

import dev.landfall.replication.Difference;
import dev.landfall.workload.Side;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Tables and partitions that were made while linked. A subscription passes over what it does not
 * know without a word, so nothing of them is carried, and a cutover would leave their rows behind.
 */
final class UnfollowedTables {
  private static final int NAMED_MAX = 20;

  private UnfollowedTables() {}

  /**
   * The tables that are on a side and are not followed, each as a difference.
   *
   * @param followed those that are followed and compared
   */
  static List<Difference> of(BothSides sides, Set<TableName> followed) throws SQLException {
    var names = sides.ask(SideReader::names);
    var found = new ArrayList<Difference>();
    add(Side.SOURCE, names.source(), followed, found);
    add(Side.TARGET, names.target(), followed, found);
    return List.copyOf(found);
  }

  private static void add(
      Side side, SequencedSet<TableName> names, Set<TableName> followed, List<Difference> found) {
    names.stream()
        .filter(name -> !followed.contains(name))
        .limit(NAMED_MAX)
        .forEach(name ->
            found.add(
                new Difference(
                    name.toString(),
                    "(all of it)",
                    "made on the " + side.word() + " while linked, and not carried")));
  }
}
