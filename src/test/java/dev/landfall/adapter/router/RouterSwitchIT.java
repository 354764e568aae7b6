package dev.landfall.adapter.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many users at once, while the route changes and while the router dies. */
class RouterSwitchIT {
  private static final String TOKEN = "a-token-of-the-tests";
  private static final int USERS = 200;
  private static final int SWITCHES = 20;
  private static final long STREAM_BYTES = 50_000_000;

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient users =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicReference<Optional<Side>> fenced = new AtomicReference<>(Optional.empty());
  private final AtomicLong arrivedAtFenced = new AtomicLong();
  private final List<RouterProcess> processes = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() throws Exception {
    for (RouterProcess process : processes) {
      process.close();
    }
    users.shutdownNow();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void nobodyFailsAndNobodyReachesTheOldSideThroughTwentySwitches() throws Exception {
    Map<Side, String> urls = services();
    var options = RouterOptions.loopback(0, 0, TOKEN, folder.resolve("route.json"));
    try (var server = RouterServer.start(options);
        var router = routerAt(server.controlPort())) {
      router.order(order(urls, 1, 0, Optional.empty()));
      var stop = new AtomicBoolean();
      List<Thread> crowd = crowd(USERS, server.port(), stop, false);
      Side from = Side.SOURCE;
      for (int i = 0; i < SWITCHES; i++) {
        long before = answered.get();
        eventually(() -> answered.get() > before + USERS / 2);
        switchOver(router, urls, 2L + i * 2L, from);
        from = from.other();
      }
      stop.set(true);
      for (Thread user : crowd) {
        user.join();
      }
      RouteSeen seen = router.look();
      assertThat(failures).isEmpty();
      assertThat(arrivedAtFenced).hasValue(0);
      assertThat(seen.refused()).isZero();
      assertThat(seen.inFlight()).isZero();
      assertThat(seen.held()).isZero();
      assertThat(answered.get()).isGreaterThan(SWITCHES * (USERS / 2));
    }
  }

  /**
   * What a cutover does: hold, wait until nothing is under way, fence, let go to the other side.
   */
  private void switchOver(HttpRouter router, Map<Side, String> urls, long epoch, Side from) {
    int percent = from == Side.SOURCE ? 0 : 100;
    router.order(order(urls, epoch, percent, Optional.of(Duration.ofSeconds(20))));
    eventually(() -> router.look().inFlight() == 0);
    fenced.set(Optional.of(from));
    eventually(() -> router.look().held() > 0);
    assertThat(router.look().holding()).isTrue();
    router.order(order(urls, epoch + 1, 100 - percent, Optional.empty()));
  }

  @Test
  void aKilledRouterStartsAgainWhereItWasAndUsersWhoTryAgainAreServed() throws Exception {
    Map<Side, String> urls = services();
    Path state = folder.resolve("route.json");
    RouterProcess first = routerProcess(0, 0, TOKEN, state);
    int port = first.port();
    int controlPort = first.controlPort();
    try (var router = routerAt(controlPort)) {
      orderUntilTaken(router, order(urls, 1, 0, Optional.empty()));
      orderUntilTaken(router, order(urls, 2, 100, Optional.empty()));
      fenced.set(Optional.of(Side.SOURCE));
      var stop = new AtomicBoolean();
      List<Thread> crowd = crowd(USERS / 4, port, stop, true);
      eventually(() -> answered.get() > USERS);
      RouterProcess last = first;
      for (int i = 0; i < 3; i++) {
        last.kill();
        assertThat(router.look().fault()).isPresent();
        last = routerProcess(port, controlPort, TOKEN, state);
        eventually(() -> router.look().fault().isEmpty());
        assertThat(router.look().order()).contains(order(urls, 2, 100, Optional.empty()));
        long before = answered.get();
        eventually(() -> answered.get() > before + USERS);
      }
      // And in the midst of a hold: it goes on holding for what is left of it: long enough for a
      // busy
      // machine to start a process.
      orderUntilTaken(router, order(urls, 3, 100, Optional.of(Duration.ofSeconds(40))));
      last.kill();
      last = routerProcess(port, controlPort, TOKEN, state);
      eventually(() -> router.look().fault().isEmpty());
      assertThat(router.look().holding()).isTrue();
      eventually(() -> router.look().held() > 0);
      orderUntilTaken(router, order(urls, 4, 100, Optional.empty()));
      long before = answered.get();
      eventually(() -> answered.get() > before + USERS);
      stop.set(true);
      for (Thread user : crowd) {
        user.join();
      }
      last.close();
      assertThat(failures).isEmpty();
      assertThat(arrivedAtFenced).hasValue(0);
    }
  }

  /** The router's process has 40 MB of heap and 24 MB of buffers, and carries more than both. */
  @Test
  void fiftyMegabytesGoBothWaysThroughLittleMemoryAlsoWhenOneEndIsSlow() throws Exception {
    try (var service = new TestService(Side.SOURCE);
        var process = routerProcess(0, 0, TOKEN, folder.resolve("route.json"));
        var router = routerAt(process.controlPort())) {
      var urls = Map.of(Side.SOURCE, service.url(), Side.TARGET, service.url());
      orderUntilTaken(router, order(urls, 1, 0, Optional.empty()));
      URI base = URI.create("http://127.0.0.1:" + process.port());

      try (InputStream slow = open(base.resolve("/bytes/" + STREAM_BYTES))) {
        slow.readNBytes(1000);
        Thread.sleep(500);
        long sent = service.bytesSent.get();
        assertThat(sent).as("a service waits for a slow user").isLessThan(STREAM_BYTES / 2);
        long rest = 0;
        byte[] part = new byte[64 * 1024];
        for (int n = slow.read(part); n >= 0; n = slow.read(part)) {
          rest += n;
        }
        assertThat(1000 + rest).isEqualTo(STREAM_BYTES);
      }

      HttpResponse<String> counted =
          users.send(
              HttpRequest.newBuilder(base.resolve("/slow-count"))
                  .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(STREAM_BYTES)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(counted.body()).isEqualTo(String.valueOf(STREAM_BYTES));
      assertThat(process.alive()).isTrue();
      assertThat(router.look().inFlight()).isZero();
    }
  }

  private InputStream open(URI uri) throws Exception {
    return users
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream())
        .body();
  }

  /** As many zeros as wanted, made while they are read. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long count) {
      left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      left -= count;
      return count;
    }
  }

  private Map<Side, String> services() throws Exception {
    var urls = new EnumMap<Side, String>(Side.class);
    for (Side side : Side.values()) {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(request -> {
                if (Optional.of(side).equals(fenced.get())) {
                  arrivedAtFenced.incrementAndGet();
                }
                vertx.setTimer(2, fired -> request.response().end(side.word()));
              })
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      urls.put(side, "http://127.0.0.1:" + server.actualPort());
    }
    return urls;
  }

  private List<Thread> crowd(int users, int port, AtomicBoolean stop, boolean triesAgain) {
    var crowd = new ArrayList<Thread>();
    for (int i = 0; i < users; i++) {
      boolean writes = i % 2 == 0;
      crowd.add(
          Thread.startVirtualThread(() -> {
            while (!stop.get()) {
              request(port, writes, triesAgain);
            }
          }));
    }
    return crowd;
  }

  private void request(int port, boolean writes, boolean triesAgain) {
    var builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/page"))
            .timeout(Duration.ofSeconds(45));
    if (writes) {
      builder.POST(HttpRequest.BodyPublishers.ofString("a=1"));
    }
    try {
      HttpResponse<String> answer =
          users.send(builder.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        answered.incrementAndGet();
      } else {
        failures.add(answer.statusCode() + " " + answer.body());
      }
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      if (!triesAgain) {
        failures.add(e.toString());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private RouterProcess routerProcess(int port, int controlPort, String token, Path state)
      throws Exception {
    RouterProcess process = RouterProcess.start(port, controlPort, token, state);
    processes.add(process);
    return process;
  }

  /** A process that has just begun on a busy machine may need more than one try's patience. */
  private void orderUntilTaken(HttpRouter router, RouteOrder order) {
    eventually(() -> {
      try {
        router.order(order);
        return true;
      } catch (OutsideException e) {
        assertThat(e.code()).isEqualTo(RouterProblem.UNREACHABLE);
        return false;
      }
    });
  }

  private static HttpRouter routerAt(int controlPort) {
    return new HttpRouter(URI.create("http://127.0.0.1:" + controlPort), TOKEN);
  }

  private static RouteOrder order(
      Map<Side, String> urls, long epoch, int percent, Optional<Duration> hold) {
    return new RouteOrder(
        epoch,
        String.valueOf(urls.get(Side.SOURCE)),
        String.valueOf(urls.get(Side.TARGET)),
        Cohort.ofShare(100 * percent),
        hold,
        Optional.empty());
  }

  private void eventually(BooleanSupplier condition) {
    long giveUp = System.nanoTime() + Duration.ofSeconds(45).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("within 45 seconds; %d answered, failures %s", answered.get(), failures)
          .isLessThan(giveUp);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
