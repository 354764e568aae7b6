package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.access.UserRights.Found;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Endpoint;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What roles may do, read from real servers: the same in each version, and no grant is missed. */
class PostgresRightsIT {
  private static final String[] ROLES = {
    "CREATE ROLE rights_clerks",
    "CREATE ROLE rights_readers",
    "CREATE ROLE rights_ann LOGIN IN ROLE rights_clerks",
    "CREATE ROLE rights_bob LOGIN CREATEDB VALID UNTIL '2020-01-01'",
    "GRANT rights_readers TO rights_clerks"
  };
  private static final String[] GRANTS = {
    "CREATE SCHEMA sales",
    "CREATE TABLE sales.orders (id int, total int)",
    "CREATE SEQUENCE sales.numbers",
    "CREATE FUNCTION sales.close(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "REVOKE ALL ON FUNCTION sales.close FROM public",
    "GRANT USAGE ON SCHEMA sales TO rights_readers",
    "GRANT SELECT ON sales.orders TO rights_readers",
    "GRANT UPDATE (total) ON sales.orders TO rights_clerks",
    "GRANT INSERT ON sales.orders TO rights_ann WITH GRANT OPTION",
    "GRANT USAGE ON SEQUENCE sales.numbers TO rights_ann",
    "GRANT EXECUTE ON FUNCTION sales.close TO rights_ann",
    "ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own ON sales.orders FOR SELECT TO rights_clerks USING (id > 7)"
  };
  private static final String DROP =
      "DROP ROLE IF EXISTS rights_ann, rights_bob, rights_clerks, rights_readers";

  private static void run(int port, String database, String... statements) throws SQLException {
    try (var connection = TestServers.admin(port, database)) {
      for (String each : statements) {
        new Catalog(connection).run(each);
      }
    }
  }

  private static Found look(int port, String database, String... users) {
    var endpoint =
        new Endpoint(
            "postgresql://127.0.0.1:" + port + "/" + database,
            Optional.of("migrator"),
            Optional.empty(),
            Map.of());
    return PostgresRights.of(endpoint, Optional.of(TestServers.PASSWORD), Duration.ofSeconds(20))
        .look(Set.of(users));
  }

  /** What the user has beyond what everybody has. */
  private static Set<String> own(Found found, String user) {
    var rights = new TreeSet<>(found.of(user));
    rights.removeIf(each -> !each.contains("sales") && each.contains(" on "));
    return rights;
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 18})
  void grantsCountByWhateverWayTheyCome(int major) throws Exception {
    int port = TestServers.port(major, false);
    String database = TestServers.newDatabase(port);
    run(port, database, ROLES);
    try {
      run(port, database, GRANTS);
      Found found = look(port, database, "rights_ann", "rights_bob", "rights_gone");
      assertThat(found.users()).containsExactlyInAnyOrder("rights_ann", "rights_bob");
      assertThat(own(found, "rights_ann"))
          .containsExactlyInAnyOrder(
              "may sign in",
              "member of rights_clerks",
              "member of rights_readers",
              "has the rights of rights_clerks",
              "EXECUTE on function sales.close(integer)",
              "INSERT (may grant it) on table sales.orders",
              "SELECT on table sales.orders",
              "permissive policy own on table sales.orders for \"r\" of rows ((id > 7)), to write"
                  + " ()",
              "row security on table sales.orders",
              "UPDATE on column sales.orders.total",
              "USAGE on schema sales",
              "USAGE on sequence sales.numbers");
      assertThat(own(found, "rights_bob"))
          .containsExactly("may create databases", "row security on table sales.orders");
      assertThat(found.of("rights_bob")).as("of everybody").contains("CONNECT on the database");
      assertThat(look(port, database).users()).contains("rights_ann").doesNotContain("migrator");

      run(port, database, "REVOKE SELECT ON sales.orders FROM rights_readers");
      assertThat(own(look(port, database, "rights_ann"), "rights_ann"))
          .as("a missing grant")
          .doesNotContain("SELECT on table sales.orders");
    } finally {
      TestServers.dropDatabase(port, database);
      run(port, "postgres", DROP);
    }
  }

  @Test
  void theSameRolesAndGrantsAreTheSameOnServersOfTwoVersions() throws Exception {
    int source = TestServers.port(16, false);
    int target = TestServers.port(18, false);
    String one = TestServers.newDatabase(source);
    String other = TestServers.newDatabase(target);
    try {
      for (int port : new int[] {source, target}) {
        run(port, port == source ? one : other, ROLES);
        run(port, port == source ? one : other, GRANTS);
      }
      assertThat(look(target, other, "rights_ann").of("rights_ann"))
          .isEqualTo(look(source, one, "rights_ann").of("rights_ann"));
    } finally {
      TestServers.dropDatabase(source, one);
      TestServers.dropDatabase(target, other);
      run(source, "postgres", DROP);
      run(target, "postgres", DROP);
    }
  }

  @Test
  void aServerThatIsNotThereIsAProblemAndNotNobody() {
    assertThatThrownBy(() -> look(1, "postgres")).isInstanceOf(OutsideException.class);
  }
}
