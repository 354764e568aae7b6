package dev.landfall.adapter.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Standing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a router needs before it may begin. None of these opens a port. */
class RouterStartTest {
  private static final String TOKEN = "a-token-of-the-tests";

  @TempDir Path folder;

  @Test
  void aRouterWithoutAGoodTokenDoesNotStart() {
    for (String token : List.of("", "short")) {
      var options = RouterOptions.loopback(0, 0, token, folder.resolve("state"));
      assertCode("router-options", () -> RouterServer.start(options));
    }
  }

  @Test
  void ordersFromElsewhereMustBeMeant() {
    var options =
        new RouterOptions(
            "127.0.0.1",
            0,
            "0.0.0.0",
            0,
            false,
            TOKEN,
            folder.resolve("state"),
            RouterOptions.Limits.DEFAULTS);
    assertCode("router-options", () -> RouterServer.start(options));
  }

  @Test
  void theFolderOfTheLastOrderIsMadeForItsOwnerAlone() throws Exception {
    Path state = folder.resolve("new/router.json");
    new StateFile(state).prepare();
    assertThat(state.getParent()).isDirectory();
    new StateFile(state).prepare();
    new StateFile(state).write(standing());
    assertThat(new StateFile(state).read()).isEqualTo(standing());
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.getParent())))
          .isEqualTo("rwx------");
    }
    Files.writeString(folder.resolve("file"), "");
    assertCode("router-state", () -> new StateFile(folder.resolve("file/router.json")).prepare());
  }

  @Test
  void optionsDoNotShowTheToken() {
    assertThat(RouterOptions.loopback(0, 0, TOKEN, folder.resolve("state")).toString())
        .doesNotContain(TOKEN);
  }

  @Test
  void aDamagedStateFileStopsTheStartAndSaysWhatToDo() throws Exception {
    Path file = folder.resolve("state");
    new StateFile(file).write(standing());
    String good = Files.readString(file);
    for (String bad :
        List.of(
            "",
            "null",
            "{}",
            good.substring(0, good.length() / 2),
            good + "x",
            good.replace("\"cohort\":\"nobody\"", "\"cohort\":{\"share\":10001}"),
            good.replace("\"cohort\":\"nobody\"", "\"cohort\":null"),
            "{\"landfallRouterState\":2,\"standing\":null}",
            good.replace("\"epoch\":2", "\"epcoh\":2"),
            good.replace("\"landfallRouterState\":2", "\"landfallRouterState\":3"))) {
      Files.writeString(file, bad);
      assertThatThrownBy(() -> RouterServer.start(RouterOptions.loopback(0, 0, TOKEN, file)), bad)
          .isInstanceOfSatisfying(
              OutsideException.class, e -> assertThat(e.code().id()).isEqualTo("router-state"))
          .hasMessageContaining(file.toString())
          .hasMessageContaining("restore the file");
    }
  }

  @Test
  void whatWasWrittenIsReadBack() {
    var file = new StateFile(folder.resolve("state"));
    assertThat(file.read()).isEqualTo(Standing.none());
    file.write(standing());
    assertThat(file.read()).isEqualTo(standing());
    assertThat(folder.toFile().list()).containsExactly("state");
  }

  @Test
  void anOrderThatCannotBeKeptIsNotTaken() {
    Path missing = folder.resolve("no-such-folder/state");
    var gate = new Gate(() -> Instant.EPOCH, 1, Standing.none());
    var book = new OrderBook(new StateFile(missing), gate, Duration.ofMinutes(1));
    assertCode("router-state", () -> book.take(order(1, Optional.empty())));
    assertThat(gate.standing()).isEqualTo(Standing.none());
  }

  @Test
  void aHoldBeyondTheRoutersLimitIsNotTaken() {
    var gate = new Gate(() -> Instant.EPOCH, 1, Standing.none());
    var book = new OrderBook(new StateFile(folder.resolve("s")), gate, Duration.ofMinutes(1));
    assertCode("router-refused", () -> book.take(order(1, Optional.of(Duration.ofSeconds(61)))));
  }

  private static void assertCode(String code, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code().id()).isEqualTo(code));
  }

  private static Standing standing() {
    return Standing.none()
        .take(order(1, Optional.empty()), Instant.EPOCH)
        .take(order(2, Optional.of(Duration.ofSeconds(5))), Instant.EPOCH);
  }

  private static RouteOrder order(long epoch, Optional<Duration> hold) {
    return new RouteOrder(
        epoch, "http://a:1", "http://b:1", Cohort.NOBODY, hold, Optional.of("/healthz"));
  }
}
