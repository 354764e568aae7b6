package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoomIT {
  private static PostgresServer server(int port, String user) {
    return new PostgresServer("127.0.0.1", port, "postgres", user, Optional.empty(), Map.of());
  }

  private static Room.Answer found(Room room) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Room.Answer answer = room.answer(Instant.now());
    while (answer == Room.Answer.TRYING) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
      answer = room.answer(Instant.now());
    }
    return answer;
  }

  @Test
  void aServerThatAcceptsAndSaysNothingHoldsNobodyUp() throws Exception {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var room = new Room(server(silent.getLocalPort(), "postgres"));
      long began = System.nanoTime();
      assertThat(room.answer(Instant.now())).isEqualTo(Room.Answer.TRYING);
      // To come in there takes two seconds at the most, and nobody is to wait for that.
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1900));
      assertThat(found(room)).isEqualTo(Room.Answer.THERE);
    }
  }

  @Test
  void aServerThatLetsNobodyInSaysNothingOfItsDisk() throws Exception {
    int port = TestServers.port(16, false);
    try (Connection admin = TestServers.admin(port, "postgres")) {
      Links.execute(admin, "CREATE ROLE crowd LOGIN CONNECTION LIMIT 0");
      assertThat(found(new Room(server(port, "crowd")))).isEqualTo(Room.Answer.THERE);
      Links.execute(admin, "DROP ROLE crowd");
    }
  }

  @Test
  void aServerWithRoomIsFoundToHaveIt() throws Exception {
    assertThat(found(new Room(server(TestServers.port(16, false), "postgres"))))
        .isEqualTo(Room.Answer.THERE);
  }
}
