package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.OutsideException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** What is told of an answer holds nothing of what rows, statements and functions say. */
class PostgresProblemTest {
  private static final String MAIL = "jo.doe@mail.example";

  /** An answer of a server whose every field that may quote something does. */
  private static PSQLException answer(String state, String... more) {
    var text =
        new StringBuilder("SERROR\0VERROR\0C" + state)
            .append("\0Minvalid input syntax for type integer: \"" + MAIL + "\"")
            .append("\0DKey (email)=(" + MAIL + ") already exists.")
            .append("\0Htry " + MAIL)
            .append("\0WCOPY logins, line 3: \"" + MAIL + "\"")
            .append("\0qINSERT INTO logins VALUES ('" + MAIL + "')");
    for (String field : more) {
      text.append('\0').append(field);
    }
    return new PSQLException(new ServerErrorMessage(text.append('\0').toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22P02", "22P04", "22001", "23502", "23505", "23503", "23514", "42703", "42601", "42883",
        "P0001", "P0004", "U0001", "XX000", "0A000", "28P01", "57014", "01000"
      })
  void noAnswerIsToldByItsWords(String state) {
    var batch =
        new BatchUpdateException(
            "Batch entry 0 INSERT INTO logins VALUES ('" + MAIL + "') was aborted: ERROR",
            state,
            new int[0],
            answer(state));

    assertThat(PostgresProblem.told(answer(state)))
        .startsWith("the server answered " + state)
        .endsWith(", and its log has the words")
        .doesNotContain("mail", "COPY", "INSERT");
    assertThat(PostgresProblem.told(batch))
        .as("what the driver makes of it")
        .isEqualTo(PostgresProblem.told(answer(state)));
  }

  @Test
  void theServersOwnNamesAreTold() {
    assertThat(
            PostgresProblem.told(
                answer("23505", "spublic", "tlogins", "nlogins_pkey", "Fnbtinsert.c")))
        .isEqualTo(
            "the server answered 23505 (there is such a row already) of table public.logins,"
                + " constraint logins_pkey, and its log has the words");
    assertThat(PostgresProblem.told(answer("23502", "spublic", "tt", "cemail", "FexecMain.c")))
        .contains("table public.t, column email");
  }

  @Test
  void namesThatAFunctionOfAUserMadeUpAreNot() {
    assertThat(
            PostgresProblem.told(
                answer(
                    "23505", "spublic", "tlogins", "n" + MAIL, "Fpl_exec.c", "Rexec_stmt_raise")))
        .doesNotContain("mail", "logins");
    assertThat(PostgresProblem.told(answer("23505", "n" + MAIL)))
        .as("nobody says who gave the name")
        .doesNotContain("mail");
  }

  @Test
  void aCodeThatIsNoneIsNotTold() {
    assertThat(PostgresProblem.told(answer(MAIL)))
        .isEqualTo("the server answered something without a code, and its log has the words");
  }

  @Test
  void theDriverIsToldByWhatKeptItFromAnAnswer() {
    var refused =
        new PSQLException(
            "Connection to " + MAIL,
            PSQLState.CONNECTION_UNABLE_TO_CONNECT,
            new ConnectException());
    var slow =
        new PSQLException(MAIL, PSQLState.CONNECTION_FAILURE, new SocketTimeoutException(MAIL));
    var tls = new PSQLException("The server does not support SSL.", PSQLState.CONNECTION_REJECTED);
    var value =
        new PSQLException("Bad value for type int : " + MAIL, PSQLState.NUMERIC_VALUE_OUT_OF_RANGE);

    assertThat(PostgresProblem.told(refused)).isEqualTo("the connection was refused");
    assertThat(PostgresProblem.told(slow)).isEqualTo("no answer in time");
    assertThat(PostgresProblem.told(tls)).contains("no TLS (SSL)");
    assertThat(PostgresProblem.told(value))
        .isEqualTo("the driver met 22003 (data that cannot be used so)");
    assertThat(PostgresProblem.told(new SQLException(MAIL)))
        .isEqualTo("the driver met something without a code");
  }

  @Test
  void ourOwnWordsAreToldAndThoseOfAFaultAreNot() {
    assertThat(PostgresProblem.told(new OwnSqlException("it is still being made", "55006")))
        .isEqualTo("it is still being made");
    assertThat(PostgresProblem.told(new OutsideException(PostgresProblem.COPY, "cannot copy: so")))
        .isEqualTo("cannot copy: so");
    assertThat(PostgresProblem.told(new IllegalStateException(MAIL)))
        .startsWith("a fault in Landfall itself: IllegalStateException at dev.landfall.")
        .doesNotContain("mail");
  }
}
