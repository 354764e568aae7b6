package dev.landfall.demo;

import dev.landfall.demo.LandfallCommand.Ended;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be broken on purpose in the middle of a promotion. */
final class Breaking {
  private Breaking() {}

  /**
   * A promotion with something broken in it.
   *
   * @param ended how the last of its controllers ended
   * @param struck whether users were held at the moment of breaking; otherwise it came too late
   */
  record Broken(Ended ended, boolean struck) {}

  /** Kills the controller as soon as users are held, and starts another one at once. */
  static Broken killInTheMiddle(LandfallCommand landfall, RouterWatch router, String file)
      throws InterruptedException {
    Program victim = landfall.start("promote", file);
    if (!router.awaitHold(victim::running)) {
      return new Broken(landfall.ended(victim, "promote"), false);
    }
    victim.kill();
    return new Broken(landfall.run("promote", file), true);
  }

  /**
   * Stops the processes that apply changes on the target as soon as users are held, for longer than
   * the hold may last, and lets them go on then.
   */
  static Broken freezeTarget(World world, String file) throws SQLException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", FREEZE, "freeze"));
    command.add(Long.toString(DemoOptions.HOLD_MAX.toSeconds() + 2));
    try (Connection connection = world.target().connectAsSuperuser();
        var statement = connection.createStatement()) {
      ResultSet workers =
          statement.executeQuery(
              "SELECT pid FROM pg_stat_activity"
                  + " WHERE backend_type LIKE 'logical replication%worker'");
      while (workers.next()) {
        command.add(workers.getString(1));
      }
    }
    // It is started beforehand and waits for the end of its input: then it only takes a moment.
    Program freeze = Program.start("freeze", command, Map.of(), world.folder());
    Program promote = world.landfall().start("promote", file);
    boolean struck = world.router().awaitHold(promote::running);
    if (struck) {
      freeze.release();
    } else {
      freeze.kill();
    }
    return new Broken(world.landfall().ended(promote, "promote"), struck);
  }

  private static final String FREEZE =
      """
      seconds=$1; shift
      while read -r line; do :; done
      kill -STOP "$@"; sleep "$seconds"; kill -CONT "$@"
      """;

  /**
   * Changes one row of the target as only a superuser can, past fence and replication.
   *
   * @return the row's key in {@code customers}
   */
  static long changeBehindTheFence(DemoSide target) throws SQLException {
    try (Connection connection = target.connectAsSuperuser();
        var statement = connection.createStatement()) {
      statement.execute("SET session_replication_role = replica");
      ResultSet row =
          statement.executeQuery(
              "UPDATE customers SET name = 'Somebody Else'"
                  + " WHERE id = (SELECT max(id) FROM customers) RETURNING id");
      row.next();
      return row.getLong(1);
    }
  }
}
