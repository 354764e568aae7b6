package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Roles of the adoption team come in no more, and whoever is in is shown out. */
class PostgresAccessIT {
  private static PostgresAccess team(int port, String... roles) {
    var endpoint =
        new Endpoint(
            "postgresql://127.0.0.1:" + port + "/postgres",
            Optional.of("migrator"),
            Optional.empty(),
            Map.of());
    var asset = new Asset.Data("orders", "postgres", endpoint, endpoint, List.of(), false);
    var access = new Access("team", "postgres", "orders", List.of(roles));
    return PostgresAccess.of(access, asset, Optional.of(TestServers.PASSWORD));
  }

  private static void run(int port, String... statements) throws SQLException {
    try (var connection = TestServers.admin(port, "postgres")) {
      for (String each : statements) {
        new Catalog(connection).run(each);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 18})
  void whoIsListedIsShownOutAndComesInNoMore(int major) throws Exception {
    int port = TestServers.port(major, false);
    run(
        port,
        "CREATE ROLE team_anna LOGIN",
        "CREATE ROLE \"Team \"\"Ben\"\"\" LOGIN",
        "CREATE ROLE team_other LOGIN",
        "ALTER ROLE migrator CREATEROLE",
        "GRANT team_anna, \"Team \"\"Ben\"\"\" TO migrator WITH ADMIN OPTION",
        "GRANT pg_signal_backend TO migrator");
    try (var team = team(port, "team_anna", "Team \"Ben\"", "team_gone");
        var anna = TestServers.as("team_anna", port, "postgres");
        var other = TestServers.as("team_other", port, "postgres")) {
      assertThat(team.preflight())
          .extracting(Finding::code, Finding::subject)
          .containsExactly(tuple("postgres-role-missing", "access team: team_gone"));
      assertThat(team.look().left())
          .containsExactly(
              "Team \"Ben\" may sign in", "team_anna has 1 sessions", "team_anna may sign in");

      team.revoke();
      team.revoke();

      assertThat(team.look().hasEnded()).isTrue();
      assertThat(anna.isValid(5)).isFalse();
      assertThat(other.isValid(5)).as("who is not listed").isTrue();
      assertThatThrownBy(() -> TestServers.as("team_anna", port, "postgres"))
          .hasMessageContaining("not permitted to log in");
    } finally {
      run(port, "DROP ROLE team_anna, \"Team \"\"Ben\"\"\", team_other");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 18})
  void whatIsMissingIsToldBeforeAnythingBegins(int major) throws SQLException {
    int port = TestServers.port(major, false);
    run(
        port,
        "CREATE ROLE team_carla LOGIN",
        "ALTER ROLE migrator NOCREATEROLE",
        "REVOKE pg_signal_backend FROM migrator");
    try (var team = team(port, "team_carla")) {
      assertThat(team.preflight())
          .allSatisfy(finding -> assertThat(finding.blocks()).isTrue())
          .extracting(Finding::remedy)
          .containsExactly(
              "ALTER ROLE migrator CREATEROLE; GRANT team_carla TO migrator WITH ADMIN OPTION",
              "GRANT pg_signal_backend TO migrator");
      assertThatThrownBy(team::revoke)
          .isInstanceOf(OutsideException.class)
          .hasMessageContaining("cannot end access team");
      assertThat(team.look().left()).containsExactly("team_carla may sign in");
    } finally {
      run(port, "DROP ROLE team_carla");
    }
  }
}
