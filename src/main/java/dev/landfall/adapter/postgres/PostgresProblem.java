package dev.landfall.adapter.postgres;

import dev.landfall.problem.Fault;
import dev.landfall.problem.OutsideException;
import dev.landfall.problem.ProblemCode;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

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

  /**
   * The files of the server's source that name a constraint by themselves. Whatever else raises an
   * error, such as a user's own function, may put a value where a name belongs.
   */
  private static final Set<String> NAMES_CONSTRAINTS =
      Set.of(
          "nbtinsert.c",
          "tuplesort.c",
          "tuplesortvariants.c",
          "execIndexing.c",
          "execMain.c",
          "execExprInterp.c",
          "ri_triggers.c",
          "tablecmds.c",
          "domains.c");

  private final String id;

  PostgresProblem(String id) {
    this.id = id;
  }

  /**
   * Whether a server said so itself, and is therefore there; some of what it says of itself, such
   * as that it starts up or has too many clients, is otherwise no better than no answer.
   */
  static boolean isOfServer(OutsideException problem) {
    return problem.code() != UNREACHABLE || answer(problem).isPresent();
  }

  /**
   * Why something failed, for people: of an answer the SQLSTATE, what that means, and the names of
   * table and constraint where the server itself gives them. Never its words, details, hints or
   * context, nor those of the driver: each may quote rows, statements and secrets, and what is told
   * is kept for good.
   *
   * @param failure of a server, of the driver, or of ours; of anything else where it was met
   */
  static String told(Exception failure) {
    return switch (failure) {
      case OwnSqlException ours -> String.valueOf(ours.getMessage());
      case SQLException foreign ->
          answer(foreign).map(PostgresProblem::ofServer).orElseGet(() -> ofDriver(foreign));
      case InterruptedException _ -> "it was stopped";
      default -> Fault.told(failure);
    };
  }

  private static String ofServer(ServerErrorMessage answer) {
    return "the server answered "
        + SqlState.words(SqlState.of(answer.getSQLState()))
        + names(answer)
        + ", and its log has the words";
  }

  private static String names(ServerErrorMessage answer) {
    if (answer.getFile() == null || !NAMES_CONSTRAINTS.contains(answer.getFile())) {
      return "";
    }
    var names = new ArrayList<String>();
    if (answer.getSchema() != null && answer.getTable() != null) {
      names.add("table " + answer.getSchema() + "." + answer.getTable());
    }
    if (answer.getColumn() != null) {
      names.add("column " + answer.getColumn());
    }
    if (answer.getConstraint() != null) {
      names.add("constraint " + answer.getConstraint());
    }
    String all = String.join(", ", names).replaceAll("\\p{Cc}+", " ");
    return all.isEmpty() ? "" : " of " + all;
  }

  /** What a server itself answered; absent when nobody did. */
  private static Optional<ServerErrorMessage> answer(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof PSQLException said && said.getServerErrorMessage() != null) {
        return Optional.of(said.getServerErrorMessage());
      }
    }
    return Optional.empty();
  }

  private static String ofDriver(SQLException failure) {
    String code = SqlState.words(SqlState.of(failure.getSQLState()));
    for (Throwable each = failure.getCause(); each != null; each = each.getCause()) {
      String why = why(each);
      if (why != null) {
        return why;
      }
    }
    return isTls(failure)
        ? "no TLS (SSL) as it is asked for: there is none, or the certificate is another's"
        : "the driver met " + code;
  }

  private static @Nullable String why(Throwable cause) {
    return switch (cause) {
      case UnknownHostException _ -> "the name of the host leads nowhere";
      case NoRouteToHostException _ -> "no way leads to the host";
      case ConnectException _ -> "the connection was refused";
      case SocketTimeoutException _ -> "no answer in time";
      case CertificateExpiredException _ -> "the certificate has expired";
      case CertificateNotYetValidException _ -> "the certificate is not valid yet";
      case CertPathBuilderException _ -> "no authority that is trusted signed the certificate";
      case CertPathValidatorException _ -> "the certificate does not hold";
      case FileNotFoundException _ -> "a file of certificates for TLS (SSL) cannot be read";
      case EOFException _ -> "the server ended the connection";
      case SocketException _ -> "the connection broke";
      case InterruptedException _ -> "it was stopped";
      default -> null;
    };
  }

  /**
   * Whether the driver got no TLS of a server. What it says of that has states that mean other
   * things as well, and words that are read here and not told.
   */
  static boolean isTls(SQLException failure) {
    String words = String.valueOf(failure.getMessage());
    return answer(failure).isEmpty()
        && (words.contains("SSL") || words.contains("hostnameverifier"));
  }

  @Override
  public String id() {
    return id;
  }
}
