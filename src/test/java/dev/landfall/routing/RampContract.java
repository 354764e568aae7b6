package dev.landfall.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A whole ramp, there and back, under users who never pause, of planes that carry HTTP and know
 * users: at each step a controller is killed while it gives the order, another one gives it again,
 * and what may be renewed of the plane is.
 */
public abstract class RampContract {
  /** Users are told apart by a header. */
  protected static final Identity IDENTITY =
      new Identity(Optional.of("X-User"), Optional.empty(), Optional.of("X-Groups"));

  private static final List<Integer> RAMP = List.of(0, 1, 5, 25, 50, 100, 0);
  private static final int USERS = 6;

  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicLong served = new AtomicLong();

  /** The order that was acknowledged last; absent while one is being given. */
  private volatile Optional<RouteOrder> acknowledged = Optional.empty();

  /** Odd while connections are broken by the renewal itself. */
  private final AtomicLong breaks = new AtomicLong();

  private volatile boolean over;

  /** What a controller that starts anew orders the plane by; the caller closes it. */
  protected abstract Router controller() throws Exception;

  /** Where users ask. */
  protected abstract URI page();

  /** Where the service of the source listens, which answers with the word of its side. */
  protected abstract String source();

  protected abstract String target();

  /** The same as words for {@link KilledController}. */
  protected abstract List<String> controllerWords();

  /** Renews the plane under its users, as its operator would; nothing where that cannot be. */
  protected abstract void renew() throws Exception;

  /** Whether that breaks the connections of users: then it comes in the middle of each hold. */
  protected boolean renewalBreaks() {
    return false;
  }

  private static Cohort cohort(int percent) {
    return new Cohort(
        100 * percent,
        "ramp",
        IDENTITY,
        new Named(percent == 0 ? List.of() : List.of("ann"), List.of(), List.of()),
        Named.NOBODY);
  }

  private RouteOrder order(long epoch, int percent, Optional<Duration> hold) {
    return new RouteOrder(epoch, source(), target(), cohort(percent), hold, Optional.empty());
  }

  private void give(Router router, RouteOrder order) {
    acknowledged = Optional.empty();
    router.order(order);
    acknowledged = Optional.of(order);
  }

  /** Asks again and again on one connection, as a different user each time. */
  private void use(int number) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; !over; i++) {
        ask(client, i % 50 == 0 ? "ann" : "user-" + number + "-" + i, i % 3 == 0 ? "POST" : "GET");
        Thread.sleep(1);
      }
    } catch (Exception e) {
      wrong.add("user " + number + ": " + e);
    }
  }

  private void ask(HttpClient client, String name, String method) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(page())
            .header("X-User", name)
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    Optional<RouteOrder> before = acknowledged;
    long breaksBefore = breaks.get();
    HttpResponse<String> answer;
    try {
      answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (HttpTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // Excused is who had a connection that was broken, and nobody who was answered badly.
      if (breaksBefore % 2 == 0 && breaks.get() == breaksBefore) {
        throw e;
      }
      return;
    }
    boolean exact = before.isPresent() && before.get().hold().isEmpty();
    if (answer.statusCode() != 200) {
      wrong.add(name + " was answered " + answer.statusCode());
    } else if (exact && before.equals(acknowledged)) {
      String due = side(before.get().cohort(), name);
      if (!answer.body().equals(due)) {
        wrong.add(name + " was led to the " + answer.body() + " under " + before.get());
      }
    }
    served.incrementAndGet();
  }

  private static String side(Cohort cohort, String name) {
    return new Sorter(cohort)
        .side(new Asker(Optional.of(name), List.of(), Optional.empty()))
        .word();
  }

  @Test
  void noRequestFailsOrGoesAstrayWhileControllersAreKilledAndThePlaneIsRenewedAtEachStep()
      throws Exception {
    long epoch = 1;
    try (Router first = controller()) {
      give(first, order(epoch, 0, Optional.empty()));
    }
    var users = new ArrayList<Thread>();
    for (int i = 0; i < USERS; i++) {
      int number = i;
      users.add(Thread.startVirtualThread(() -> use(number)));
    }
    KilledController.Child dying = KilledController.start(controllerWords());
    try {
      for (int percent : RAMP) {
        // The next is started early: what it takes to start a process is not part of a step.
        KilledController.Child next = KilledController.start(controllerWords());
        step(epoch, percent, dying);
        dying = next;
        epoch += 2;
      }
    } finally {
      dying.close();
      over = true;
      for (Thread user : users) {
        user.join();
      }
    }
    assertThat(wrong).isEmpty();
  }

  private void step(long epoch, int percent, KilledController.Child dying) throws Exception {
    RouteOrder held = order(epoch + 1, percent, Optional.of(Duration.ofSeconds(20)));
    acknowledged = Optional.empty();
    dying.orderAndDie(held, Duration.ofMillis(epoch % 7 * 5));
    Thread renewal = renewalBreaks() ? null : Thread.startVirtualThread(this::renewOrSay);
    try (Router holding = controller()) {
      give(holding, held);
      eventually(() -> allAreHeld(holding));
      if (renewalBreaks()) {
        breaks.incrementAndGet();
        renewOrSay();
        breaks.incrementAndGet();
        eventually(() -> allAreHeld(holding));
        assertThat(holding.look().order()).contains(held);
      }
      long atRest = served.get();
      Thread.sleep(100);
      assertThat(served.get()).as("nobody is served in a hold").isEqualTo(atRest);
    }
    RouteOrder led = order(epoch + 2, percent, Optional.empty());
    try (Router leading = controller()) {
      give(leading, led);
      if (renewal != null) {
        renewal.join();
      }
      assertThat(leading.look().order()).contains(led);
    }
    long now = served.get();
    eventually(() -> served.get() > now + 100 || !wrong.isEmpty());
  }

  private static boolean allAreHeld(Router router) {
    RouteSeen seen = router.look();
    return seen.fault().isEmpty() && seen.inFlight() == 0 && seen.held() == USERS;
  }

  private static void eventually(java.util.function.BooleanSupplier condition) {
    Eventually.within(Duration.ofSeconds(10), condition);
  }

  private void renewOrSay() {
    try {
      renew();
    } catch (Exception e) {
      wrong.add("renewal: " + e);
    }
  }
}
