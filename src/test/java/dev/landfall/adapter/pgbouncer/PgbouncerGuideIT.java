package dev.landfall.adapter.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.Ports;
import dev.landfall.routing.Cohort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That the configuration of the guide works as it stands there, but for its paths and addresses.
 */
class PgbouncerGuideIT {
  private static final Path PAGE = Path.of("docs/guide/plane-pgbouncer.md");

  @TempDir Path folder;

  @Test
  void theConfigurationsOfTheGuideHoldAndLead() throws Exception {
    PgbouncerProcess.letPass(folder);
    int port = Ports.free();
    Path include = folder.resolve("landfall/shop.ini");
    Files.createDirectories(folder.resolve("landfall"));
    for (String name : new String[] {"landfall/shop.ini", "pgbouncer.ini", "userlist.txt"}) {
      Files.writeString(folder.resolve(name), here(name, port));
    }
    role("source");
    role("target");
    try (var process = new PgbouncerProcess(folder.resolve("pgbouncer.ini"), port);
        var router =
            new PgbouncerRouter(
                "127.0.0.1:" + port,
                "landfall",
                Optional.of("a long password of its own"),
                include);
        Connection client =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/shop?prepareThreshold=0".formatted(port),
                "shop",
                "the password of the shop")) {
      assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("source");
      assertThat(router.look().order()).isEmpty();
      router.order(PgbouncerWorld.leading(1, Cohort.NOBODY));
      router.order(PgbouncerWorld.held(2, Cohort.NOBODY, Duration.ofSeconds(30)));
      assertThat(router.look().holding()).isTrue();
      router.order(PgbouncerWorld.leading(3, Cohort.EVERYBODY));
      assertThat(PgbouncerWorld.sideOf(client)).isEqualTo("target");
      assertThat(Files.readString(include)).contains("pool_size");
      process.restart();
      assertThat(router.look().order()).contains(PgbouncerWorld.leading(3, Cohort.EVERYBODY));
    }
  }

  private static void role(String side) throws Exception {
    String url = PgbouncerWorld.server(side).jdbcUrl(PgbouncerWorld.DATABASE);
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE shop LOGIN PASSWORD 'the password of the shop'");
      statement.execute("GRANT SELECT ON side TO shop");
    }
  }

  private String here(String name, int port) throws Exception {
    String source = "host=127.0.0.1 port=" + PgbouncerWorld.server("source").port();
    return file("/etc/pgbouncer/" + name)
        .replace("host=10.1.0.4 port=5432", source)
        .replace("listen_port = 6432", "listen_port = " + port)
        .replace("/etc/pgbouncer", folder.toString())
        .replace("unix_socket_dir = /run/postgresql", "unix_socket_dir =")
        .replace("logfile = /var/log/postgresql/pgbouncer.log\n", "")
        .replace("pidfile = /run/postgresql/pgbouncer.pid\n", "");
  }

  /** What the guide says a file holds, without the line that names it. */
  private static String file(String name) throws Exception {
    String page = Files.readString(PAGE);
    String head = "```ini\n; " + name + "\n";
    assertThat(page).contains(head);
    int from = page.indexOf(head) + head.length();
    return page.substring(from, page.indexOf("```", from));
  }
}
