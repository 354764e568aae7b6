package dev.landfall.adapter.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.Ports;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.SideService;
import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That program and configuration of the guide lead real users, but for their paths and ports. */
class CommandGuideIT {
  private static final Path PAGE = Path.of("docs/guide/plane-command.md");
  private static final Path PROGRAM = Path.of("examples/command/haproxy-map");

  @TempDir Path folder;
  private final HttpClient users = HttpClient.newHttpClient();
  private SideService source;
  private SideService target;
  private int port;
  private int control;
  private Process haproxy;
  private CommandRouter plane;

  @BeforeEach
  void start() throws Exception {
    source = new SideService(Side.SOURCE, 0);
    target = new SideService(Side.TARGET, 0);
    port = Ports.free();
    control = Ports.free();
    Files.writeString(folder.resolve("notes.map"), "side source\n");
    String page = Files.readString(PAGE);
    String head = "```haproxy\n# /etc/haproxy/haproxy.cfg\n";
    int from = page.indexOf(head) + head.length();
    Files.writeString(
        folder.resolve("haproxy.cfg"),
        page.substring(from, page.indexOf("```", from))
            .replace("/etc/haproxy", folder.toString())
            .replace("127.0.0.1:9999", "127.0.0.1:" + control)
            .replace("bind :80\n", "bind 127.0.0.1:" + port + "\n")
            .replace("10.1.0.5:8080", "127.0.0.1:" + source.port())
            .replace("20.0.0.5:8080", "127.0.0.1:" + target.port()));
    haproxy = haproxy();
    plane =
        new CommandRouter(
            new CommandRouter.Program(
                "notes", words(), false, false, Duration.ofSeconds(20), Optional.empty()),
            (_, _) -> true);
  }

  @AfterEach
  void stop() throws Exception {
    end(haproxy);
    users.shutdownNow();
    source.close();
    target.close();
  }

  @Test
  void theProgramOfTheGuideIsTheOneAmongTheExamples() throws Exception {
    assertThat(Files.readString(PAGE)).contains("```bash\n" + Files.readString(PROGRAM) + "```\n");
    assertThat(Files.isExecutable(PROGRAM)).isTrue();
  }

  @Test
  void everybodyGoesToTheOtherSideAndBackAndNoRequestFails() throws Exception {
    assertThat(plane.look().fault()).isEmpty();
    assertThat(plane.look().order()).isEmpty();
    assertThat(ask()).isEqualTo("source");
    var stop = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked =
          threads.submit(
              (Callable<Integer>)
                  () -> {
                    int count = 0;
                    for (; !stop.get(); count++) {
                      assertThat(ask()).isIn("source", "target");
                    }
                    return count;
                  });
      for (int epoch = 1; epoch <= 6; epoch++) {
        RouteOrder order = order(epoch, epoch % 2 == 0 ? Cohort.NOBODY : Cohort.EVERYBODY);
        long began = System.nanoTime();
        plane.order(order);
        String side = ask();
        System.out.printf("command: %.1f ms until led%n", (System.nanoTime() - began) / 1e6);
        assertThat(side).isEqualTo(epoch % 2 == 0 ? "source" : "target");
        assertThat(plane.look().order()).contains(order);
      }
      stop.set(true);
      assertThat(asked.get(10, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void anOlderOrderIsRefusedAndChangesNothingAlsoAfterARestart() throws Exception {
    RouteOrder order = order(5, Cohort.EVERYBODY);
    plane.order(order);
    plane.order(order);
    end(haproxy);
    assertThat(plane.look().fault()).isPresent();
    haproxy = haproxy();
    assertThat(plane.look().order()).contains(order);
    assertThatThrownBy(() -> plane.order(order(4, Cohort.NOBODY)))
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code()).isEqualTo(CommandProblem.STALE_ORDER))
        .hasMessageContaining("epoch 4")
        .hasMessageContaining("epoch 5");
    assertThat(ask()).isEqualTo("target");
    assertThat(plane.look().order()).contains(order);
  }

  @Test
  void anOrderThatDidNotComeIntoForceIsNotToldAndIsTakenAgain() throws Exception {
    plane.order(order(1, Cohort.NOBODY));
    end(haproxy);
    Files.copy(folder.resolve("notes.map"), folder.resolve("before.map"));
    RouteOrder order = order(2, Cohort.EVERYBODY);
    assertThatThrownBy(() -> plane.order(order)).isInstanceOf(OutsideException.class);
    Files.copy(
        folder.resolve("before.map"),
        folder.resolve("notes.map"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    haproxy = haproxy();
    assertThat(plane.look().order()).isEmpty();
    assertThatThrownBy(() -> plane.order(order(1, Cohort.NOBODY)))
        .isInstanceOf(OutsideException.class);
    plane.order(order);
    assertThat(plane.look().order()).contains(order);
    assertThat(ask()).isEqualTo("target");
  }

  /** Whoever comes last by its epoch wins, in whatever order the programs run. */
  @Test
  void ofOrdersAtTheSameMomentTheNewestIsInForce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<java.util.concurrent.Future<?>>();
      for (int epoch = 1; epoch <= 8; epoch++) {
        RouteOrder order = order(epoch, epoch % 2 == 0 ? Cohort.NOBODY : Cohort.EVERYBODY);
        all.add(
            threads.submit(() -> {
              try {
                plane.order(order);
              } catch (OutsideException e) {
                assertThat(e.code()).isEqualTo(CommandProblem.STALE_ORDER);
              }
            }));
      }
      for (var each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(plane.look().order()).contains(order(8, Cohort.NOBODY));
    assertThat(ask()).isEqualTo("source");
  }

  private List<String> words() {
    return List.of(
        PROGRAM.toAbsolutePath().toString(),
        folder.toString(),
        folder.resolve("notes.map").toString(),
        "127.0.0.1",
        String.valueOf(control));
  }

  private RouteOrder order(long epoch, Cohort cohort) {
    return new RouteOrder(
        epoch, source.url(), target.url(), cohort, Optional.empty(), Optional.empty());
  }

  private String ask() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .timeout(Duration.ofSeconds(20))
            .build();
    HttpResponse<String> answer = users.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private Process haproxy() throws Exception {
    Process process =
        new ProcessBuilder(
                "/usr/sbin/haproxy", "-db", "-f", folder.resolve("haproxy.cfg").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("haproxy.log").toFile())
            .start();
    long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!listens(port) || !listens(control)) {
      assertThat(process.isAlive() && System.nanoTime() < giveUp)
          .as(Files.readString(folder.resolve("haproxy.log")))
          .isTrue();
      Thread.sleep(10);
    }
    return process;
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }
}
