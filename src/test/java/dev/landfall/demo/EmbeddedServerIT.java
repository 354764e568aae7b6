package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
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
}
