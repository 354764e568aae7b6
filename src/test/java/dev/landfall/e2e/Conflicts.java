package dev.landfall.e2e;

import java.sql.Connection;
import java.sql.SQLException;

/** Makes what nobody may make while both sides accept writes: writes of one row on both at once. */
final class Conflicts {
  private Conflicts() {}

  /** Of a row that only tests write. */
  static void ofProfile(World world, int writer) throws SQLException {
    onBothSides(
        world,
        "UPDATE profiles SET body = 'of the source' WHERE writer = " + writer,
        "UPDATE profiles SET body = 'of the target' WHERE writer = " + writer);
  }

  /** Both are done before either is known on the other side. */
  static void onBothSides(World world, String onSource, String onTarget) throws SQLException {
    try (Connection here = world.source.app(world.database);
        Connection there = world.target.app(world.database);
        var first = here.createStatement();
        var second = there.createStatement()) {
      here.setAutoCommit(false);
      there.setAutoCommit(false);
      first.execute(onSource);
      second.execute(onTarget);
      here.commit();
      there.commit();
    }
  }
}
