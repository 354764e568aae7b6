package dev.landfall.e2e;

import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A user's own test of a promoted clone: it writes there, and ends with the code that it is told.
 */
public final class CloneVisitor {
  private CloneVisitor() {}

  /** Its password, and the code to end with. */
  public static void main(String[] args) throws SQLException {
    if (System.getenv().containsValue(args[0])) {
      throw new IllegalStateException("a secret of Landfall's was handed on");
    }
    String url = "jdbc:" + System.getenv("LANDFALL_DB_URL");
    try (var connection =
            DriverManager.getConnection(url, System.getenv("LANDFALL_ROLE"), args[0]);
        var statement = connection.createStatement()) {
      int written = statement.executeUpdate("INSERT INTO ballast (body) VALUES ('a visitor')");
      System.out.println("wrote " + written + " row on " + connection.getCatalog());
    }
    System.exit(Integer.parseInt(args[1]));
  }
}
