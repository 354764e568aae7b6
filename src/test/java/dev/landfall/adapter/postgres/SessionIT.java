package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Endpoint;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that an operator of the server ends, from the first that is ever made. */
class SessionIT {
  private static final String ENDS = "SELECT pg_terminate_backend(pg_backend_pid())::text";

  private final int port = TestServers.port(17, false);
  private String database = "";

  @BeforeEach
  void make() throws SQLException {
    database = TestServers.newDatabase(port);
  }

  @AfterEach
  void drop() throws SQLException {
    TestServers.dropDatabase(port, database);
  }

  private Session session() {
    var endpoint =
        new Endpoint(
            "postgresql://127.0.0.1:" + port + "/" + database,
            Optional.of("migrator"),
            Optional.empty(),
            Map.of());
    return new Session(
        PostgresServer.of(endpoint, Optional.of(TestServers.PASSWORD)),
        "test",
        new Session.Bounds(5, 5_000));
  }

  private void run(String... statements) throws SQLException {
    try (var connection = TestServers.admin(port, database)) {
      for (String each : statements) {
        Links.execute(connection, each);
      }
    }
  }

  private static List<String> one(Session session) {
    return session.ask("count", live -> new Catalog(live).texts("SELECT '1'"));
  }

  @Test
  void whatWasEndedInTheMiddleOfItsFirstWorkIsDoneOnceMore() {
    var turns = new AtomicInteger();
    try (var session = session()) {
      List<String> seen =
          session.ask(
              "count",
              live -> new Catalog(live).texts(turns.getAndIncrement() == 0 ? ENDS : "SELECT '1'"));
      assertThat(seen).containsExactly("1");
    }
    assertThat(turns).hasValue(2);
  }

  @Test
  void aChangeThatWasEndedInTheMiddleIsMadeOnce() throws Exception {
    run("CREATE TABLE made (turn int)", "ALTER TABLE made OWNER TO migrator");
    var turns = new AtomicInteger();
    try (var session = session()) {
      session.change(
          "count",
          live -> {
            int turn = turns.getAndIncrement();
            Links.execute(live, "INSERT INTO public.made VALUES (" + turn + ")");
            return turn == 0 ? new Catalog(live).texts(ENDS) : List.of();
          });
      List<String> made =
          session.ask(
              "look", live -> new Catalog(live).texts("SELECT turn::text FROM public.made"));
      assertThat(made).containsExactly("1");
    }
  }

  @Test
  void aNewSessionThatIsLostOtherwiseIsToldAtOnce() {
    var turns = new AtomicInteger();
    try (var session = session()) {
      assertThatThrownBy(() ->
              session.ask(
                  "count",
                  _ -> {
                    turns.incrementAndGet();
                    throw new SQLException("the connection broke", "08006");
                  }))
          .isInstanceOf(OutsideException.class);
    }
    assertThat(turns).hasValue(1);
  }

  @Test
  void whatIsEndedEachTimeIsTold() {
    var turns = new AtomicInteger();
    try (var session = session()) {
      assertThatThrownBy(() ->
              session.ask(
                  "count",
                  live -> {
                    turns.incrementAndGet();
                    return new Catalog(live).texts(ENDS);
                  }))
          .isInstanceOf(OutsideException.class)
          .hasMessageContaining("57P01");
    }
    assertThat(turns).hasValue(2);
  }

  @Test
  void whatIsEndedWhileItSignsInSignsInOnceMore() throws Exception {
    run(
        "CREATE SEQUENCE signed_in",
        "CREATE FUNCTION ends() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
            + " BEGIN IF session_user = 'migrator' AND nextval('public.signed_in') % 3 > 0 THEN"
            + " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(0); END IF; END $$",
        "CREATE EVENT TRIGGER ended ON login EXECUTE FUNCTION ends()",
        "ALTER EVENT TRIGGER ended ENABLE ALWAYS");
    try {
      try (var session = session()) {
        assertThatThrownBy(() -> one(session))
            .as("whoever is ended twice")
            .isInstanceOf(OutsideException.class)
            .hasMessageContaining("cannot connect")
            .hasMessageContaining("57P01");
        assertThat(one(session)).as("the third signing in is let in").containsExactly("1");
      }
      run("SELECT setval('signed_in', 4)");
      try (var session = session()) {
        assertThat(one(session)).as("whoever is ended once").containsExactly("1");
      }
    } finally {
      run("DROP EVENT TRIGGER ended");
    }
  }
}
