package dev.landfall.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class DemoSideIT {
  @TempDir Path folder;

  @Test
  void aSideHasAShopOfItsOwnAndRolesWithoutSuperpowers() throws Exception {
    try (var side = DemoSide.start("source", 16, folder, "secret")) {
      side.seed(2_000);
      String url = side.openShop(List.of(side));
      try (var client = new ShopClient(URI.create(url), "1", Duration.ofSeconds(5))) {
        var answer = client.send("GET", "/healthz", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.side()).contains("source");
      }
      String jdbc = "jdbc:" + side.url();
      assertThatThrownBy(() -> DriverManager.getConnection(jdbc, DemoSide.MIGRATOR, "wrong"))
          .hasMessageContaining("password authentication failed");
      try (Connection migrator = DriverManager.getConnection(jdbc, DemoSide.MIGRATOR, "secret");
          var statement = migrator.createStatement()) {
        var row =
            statement.executeQuery(
                "SELECT rolsuper, rolreplication, pg_has_role('shop', 'USAGE'),"
                    + " pg_has_role('pg_create_subscription', 'USAGE'),"
                    + " has_schema_privilege('public', 'CREATE') FROM pg_roles"
                    + " WHERE rolname = current_user");
        row.next();
        assertThat(row.getBoolean(1)).isFalse();
        for (int column = 2; column <= 5; column++) {
          assertThat(row.getBoolean(column)).as("column " + column).isTrue();
        }
      }
    }
  }

  @Test
  void aChildEndsWhenItsParentDoesHoweverThatHappens() throws Exception {
    var command = new ArrayList<>(Program.java(ParentOfOne.class, 64));
    command.add(folder.toString());
    Program parent = Program.start("parent", command, Map.of(), folder);
    long child = Long.parseLong(parent.await("child ", Duration.ofSeconds(30)));
    assertThat(ProcessHandle.of(child)).isPresent();
    parent.kill();
    for (int tries = 0; tries < 200 && ProcessHandle.of(child).isPresent(); tries++) {
      Thread.sleep(50);
    }
    assertThat(ProcessHandle.of(child)).as("the orphan").isEmpty();
  }

  /** Starts a child that would run for an hour, and waits as long. */
  public static final class ParentOfOne {
    private ParentOfOne() {}

    public static void main(String[] args) throws InterruptedException {
      List<String> command = Program.java(Sleeper.class, 32);
      Program child = Program.start("child", command, Map.of(), Path.of(args[0]));
      System.out.println("child " + child.pid());
      Thread.sleep(Duration.ofHours(1));
    }
  }

  /** Does nothing for long. */
  public static final class Sleeper {
    private Sleeper() {}

    public static void main(String[] args) throws InterruptedException {
      Thread.sleep(Duration.ofHours(1));
    }
  }
}
