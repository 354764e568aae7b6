package dev.landfall.adapter.postgres;

import dev.landfall.replication.Difference;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Tables and partitions that were made on the source while linked. A subscription passes over what
 * it does not know without a word, so nothing of them is carried, and a cutover would leave their
 * rows behind.
 *
 * <p>Tables that only the target has are no difference: a newer version of the application may
 * bring its own, and they must not keep its users from going back.
 */
final class UnfollowedTables {
  private static final int NAMED_MAX = 20;

  private UnfollowedTables() {}

  /**
   * The tables on the source that are not followed, each as a difference.
   *
   * @param followed those that are followed and compared
   */
  static List<Difference> of(BothSides sides, Set<TableName> followed) throws SQLException {
    // The target answers too: the sessions of both are kept alive by this question.
    return sides.ask(SideReader::names).source().stream()
        .filter(name -> !followed.contains(name))
        .limit(NAMED_MAX)
        .map(name ->
            new Difference(
                name.toString(), Difference.WHOLE, "made on the source while linked, not carried"))
        .toList();
  }
}
