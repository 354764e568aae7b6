package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedServerIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 18})
  void startsDurableAndReadyToReplicate(int major) throws Exception {
    try (var server = EmbeddedServer.start(major, folder.resolve("data"), 0, Map.of());
        var connection = DriverManager.getConnection(server.jdbcUrl("postgres"));
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT current_setting('server_version_num')::int / 10000,"
                        + " current_setting('synchronous_commit'), current_setting('fsync'),"
                        + " current_setting('wal_level')")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(major);
      assertThat(rows.getString(2)).isEqualTo("on");
      assertThat(rows.getString(3)).isEqualTo("on");
      assertThat(rows.getString(4)).isEqualTo("logical");
    }
  }

  /** Starts a server, in a process of its own. */
  static final class Alone {
    public static void main(String[] args) {
      try (var server = EmbeddedServer.start(16, Path.of(args[0]), 0, Map.of())) {
        System.out.println("listens on " + server.port());
      }
    }
  }

  @Test
  void rootIsToldWhyItCannotStartOneWhereItCannotBeSomebodyElse() throws Exception {
    // In a namespace of its own the test may forbid others.
    String forbids = "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"";
    var command = new ArrayList<>(List.of("unshare", "-Ur", "sh", "-ec", forbids, "sh"));
    command.addAll(TestJava.command(Alone.class));
    command.add(folder.resolve("data").toString());
    var started = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(started.waitFor()).as(said).isNotZero();
    assertThat(said)
        .contains("cannot start PostgreSQL as root", "run it as an ordinary user")
        .doesNotContain("initdb");
    assertThat(folder.resolve("data")).doesNotExist();
  }
}
