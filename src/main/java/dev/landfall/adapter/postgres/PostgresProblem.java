package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import dev.landfall.problem.ProblemCode;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** The codes of what PostgreSQL can answer. Each is described in docs/reference/errors.md. */
enum PostgresProblem implements ProblemCode {
  UNREACHABLE("postgres-unreachable"),
  SIGN_IN("postgres-sign-in"),
  NO_DATABASE("postgres-no-database"),
  TLS("postgres-tls"),
  REFUSED("postgres-refused"),
  STALE_ORDER("postgres-stale-order"),
  LOCK_WAIT("postgres-lock-wait"),
  COPY("postgres-copy"),
  LINK("postgres-link");

  private final String id;

  PostgresProblem(String id) {
    this.id = id;
  }

  /**
   * Whether a server said so itself, and is therefore there; some of what it says of itself, such
   * as that it starts up or has too many clients, is otherwise no better than no answer.
   */
  static boolean isOfServer(OutsideException problem) {
    if (problem.code() != UNREACHABLE) {
      return true;
    }
    for (Throwable each = problem; each != null; each = each.getCause()) {
      if (each instanceof PSQLException said && said.getServerErrorMessage() != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a server answered, for people. Some answers quote values of rows: of data that is not what
   * its type wants (class 22), and of what a user's own function raises; of these only the code.
   */
  static String told(SQLException answer) {
    String state = String.valueOf(answer.getSQLState());
    return state.startsWith("22") || state.equals("P0001")
        ? "the server answered " + state + ", and its log has the words"
        : String.valueOf(answer.getMessage());
  }

  @Override
  public String id() {
    return id;
  }
}
