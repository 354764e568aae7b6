package dev.landfall.adapter.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.LastingFolders;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said when HAProxy cannot do as asked, and that users do not notice. */
class HaproxyFaultsIT {
  private static final Identity IDENTITY =
      new Identity(Optional.of("X-User"), Optional.of("sid"), Optional.of("X-Groups"));

  private static final int HELD_MOST = 3;

  @TempDir Path folder;
  private final HttpClient users =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HaproxyWorld world;

  @BeforeEach
  void start() throws Exception {
    world = new HaproxyWorld(folder, IDENTITY, HELD_MOST);
  }

  /** Another HAProxy in place of the usual one. */
  private void startAnew(Path state, String global) throws Exception {
    world.close();
    world = new HaproxyWorld(folder, state, IDENTITY, HELD_MOST, global);
  }

  @AfterEach
  void stop() {
    world.close();
    users.shutdownNow();
  }

  private CompletableFuture<HttpResponse<String>> visit() {
    return users.sendAsync(
        HttpRequest.newBuilder(world.page("/")).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static Cohort leading(Named moved) {
    return new Cohort(100, "salt", IDENTITY, moved, Named.NOBODY);
  }

  private static void refused(HaproxyRouter router, RouteOrder order, String code, String... seen) {
    assertThatThrownBy(() -> router.order(order))
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code().id()).isEqualTo(code))
        .hasMessageStartingWith("cannot ")
        .hasMessageContainingAll(seen);
  }

  @Test
  void aSocketThatIsNotThereOrThatNobodyListensAtIsReportedAndNoException() throws Exception {
    var nowhere = new HaproxyRouter("unix:" + folder.resolve("none.sock"), HaproxyWorld.ROUTE);
    assertThat(nowhere.look().fault().orElseThrow()).startsWith("cannot reach HAProxy");
    refused(nowhere, world.leading(1, Cohort.NOBODY), "haproxy-unreachable", "none.sock");
    HaproxyRouter router = world.router();
    world.haproxy.close();
    assertThat(router.look().fault().orElseThrow()).contains("Connection refused");
    refused(router, world.leading(1, Cohort.NOBODY), "haproxy-unreachable", "Connection refused");
  }

  @Test
  void aSocketBelowLevelAdminCanLookAndNotOrder() throws Exception {
    var reader = new HaproxyRouter("unix:" + world.socket("user"), HaproxyWorld.ROUTE);
    refused(reader, world.leading(1, Cohort.EVERYBODY), "haproxy-permission", "level admin");
    world.router().order(world.leading(1, Cohort.NOBODY));
    refused(reader, world.leading(2, Cohort.EVERYBODY), "haproxy-permission", "level admin");
    assertThat(reader.look().order()).contains(world.leading(1, Cohort.NOBODY));
    assertThat(visit().get().body()).isEqualTo("source");
  }

  @Test
  void aFolderThatHaproxyMayNotWriteToKeepsTheOrderBefore() throws Exception {
    // Away from the folder of the test, which other users may not enter.
    Path state = LastingFolders.make("landfall-haproxy");
    boolean root = "root".equals(System.getProperty("user.name"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-xr-x"));
    startAnew(state, root ? "uid 65534\n    gid 65534" : "");
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("r-xr-xr-x"));
    refused(
        world.router(), world.leading(1, Cohort.EVERYBODY), "haproxy-state", "Permission denied");
    Named ann = new Named(List.of("ann"), List.of(), List.of());
    refused(world.router(), world.leading(1, leading(ann)), "haproxy-state", "Permission denied");
    assertThat(world.router().look().order()).isEmpty();
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
    world.router().order(world.leading(1, leading(ann)));
    assertThat(world.router().look().order()).contains(world.leading(1, leading(ann)));
  }

  @Test
  void aFullDiskKeepsTheOrderBefore() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", "mode=0777,size=64k", "tmpfs", disk.toString());
    try {
      startAnew(disk, "");
      world.router().order(world.leading(1, Cohort.NOBODY));
      Path other = disk.resolve("other");
      assertThatThrownBy(() -> Files.write(other, new byte[64 * 1024])).isNotNull();
      refused(world.router(), world.leading(2, Cohort.EVERYBODY), "haproxy-state", "No space left");
      assertThat(world.router().look().order()).contains(world.leading(1, Cohort.NOBODY));
      assertThat(visit().get().body()).isEqualTo("source");
      Files.delete(other);
      world.router().order(world.leading(2, Cohort.EVERYBODY));
      assertThat(visit().get().body()).isEqualTo("target");
    } finally {
      run("umount", "-l", disk.toString());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor())
        .as("%s: %s; this test needs root, as ./verify has it", String.join(" ", command), said)
        .isZero();
  }

  @Test
  void anotherRouteOrAnotherIdentityThanTheIncludesIsNamed() throws Exception {
    var other = new HaproxyRouter("unix:" + world.haproxy.master(), "office");
    refused(other, world.leading(1, Cohort.NOBODY), "haproxy-include", "office", "landfall.lua");
    assertThat(other.look().fault().orElseThrow()).contains("office");
    var mail = new Identity(Optional.of("X-Mail"), Optional.empty(), Optional.empty());
    var cohort = new Cohort(5000, "salt", mail, Named.NOBODY, Named.NOBODY);
    refused(world.router(), world.leading(1, cohort), "haproxy-include", "X-User/sid/X-Groups");
  }

  @Test
  void whatHaproxyCannotDoIsRefusedBeforeItIsAsked() throws Exception {
    HaproxyRouter router = world.router();
    RouteOrder good = world.leading(1, Cohort.NOBODY);
    for (String service :
        List.of("https://127.0.0.1:1", "http://127.0.0.1:1/path", "http://no-such.invalid:1", "")) {
      refused(
          router,
          new RouteOrder(
              1, service, good.target(), good.cohort(), Optional.empty(), Optional.empty()),
          "haproxy-order",
          "\"" + service + "\"");
    }
    refused(router, world.held(1, Cohort.NOBODY, Duration.ofMinutes(2)), "haproxy-order", "60 s");
    assertThat(router.look().order()).isEmpty();
  }

  @Test
  void asManyWaitAsMayAndTheOthersAreToldAtOnceToComeAgain() throws Exception {
    world.router().order(world.held(1, Cohort.NOBODY, Duration.ofSeconds(20)));
    var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < HELD_MOST; i++) {
      waiting.add(visit());
      long held = i + 1L;
      HaproxyWorld.eventually(() -> world.router().look().held() == held);
    }
    HttpResponse<String> full = visit().get();
    assertThat(full.statusCode()).isEqualTo(503);
    assertThat(full.headers().firstValue("Retry-After")).isPresent();
    assertThat(world.router().look().refused()).isEqualTo(1);
    assertThat(world.router().look().held()).isEqualTo(HELD_MOST);
    world.router().order(world.leading(2, Cohort.EVERYBODY));
    for (var each : waiting) {
      assertThat(each.get().body()).isEqualTo("target");
    }
    assertThat(world.router().look().heldMax())
        .isBetween(Duration.ofMillis(1), Duration.ofSeconds(20));
  }

  @Test
  void aSideThatIsDownIsToldAndItsUsersAreNotLedToTheOther() throws Exception {
    world.router().order(world.leading(1, Cohort.NOBODY));
    HaproxyWorld.eventually(() -> world.router().look().sourceHealthy().equals(Optional.of(true)));
    world.source.close();
    assertThat(visit().get().statusCode()).isEqualTo(503);
    assertThat(world.router().look().refused()).isEqualTo(1);
    HaproxyWorld.eventually(() -> world.router().look().sourceHealthy().equals(Optional.of(false)));
    assertThat(world.router().look().targetHealthy()).contains(true);
    assertThat(visit().get().statusCode()).isEqualTo(503);
  }

  @Test
  void healthIsWhatThePathAnswers() throws Exception {
    RouteOrder order =
        new RouteOrder(
            1,
            world.source.url(),
            world.target.url(),
            Cohort.NOBODY,
            Optional.empty(),
            Optional.of("/sick"));
    world.router().order(order);
    HaproxyWorld.eventually(() -> world.router().look().sourceHealthy().equals(Optional.of(false)));
  }

  @Test
  void aFileThatIsTornIsToldAndNotOverwritten() throws Exception {
    world.router().order(world.leading(1, Cohort.NOBODY));
    Path file = world.state().resolve("shop.state.map");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() / 2));
    world.haproxy.restart();
    assertThat(world.router().look().fault().orElseThrow()).contains("shop.state.map");
    refused(world.router(), world.leading(2, Cohort.NOBODY), "haproxy-state", "shop.state.map");
    Files.writeString(file, text);
    world.haproxy.reload();
    assertThat(world.router().look().order()).contains(world.leading(1, Cohort.NOBODY));
  }
}
