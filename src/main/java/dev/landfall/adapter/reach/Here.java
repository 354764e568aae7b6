package dev.landfall.adapter.reach;

import dev.landfall.adapter.reach.Sight.Attempt;
import dev.landfall.adapter.reach.Sight.Outcome;
import dev.landfall.adapter.reach.Sight.Reached;
import dev.landfall.adapter.reach.Sight.Resolved;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The machine on which this runs. */
public final class Here implements Vantage {
  private static final String OWN = "the machine's own";
  private static final String LATE = "the time was over before";

  private final AllowedNetworks allowed;

  /** On nobody's behalf: looks wherever it is asked to. */
  public Here() {
    this(AllowedNetworks.ANY);
  }

  Here(AllowedNetworks allowed) {
    this.allowed = allowed;
  }

  @Override
  public String name() {
    return "here";
  }

  @Override
  public String told(String fault) {
    return fault;
  }

  @Override
  public Sight look(Errand errand) throws BlindException {
    long until = System.nanoTime() + errand.timeout().toNanos();
    // Not closed but shut down: what hangs after its time is not waited for.
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      // Whoever stays silent takes the whole time, so all are waited for together.
      List<Future<Reached>> places =
          errand.places().stream().map(each -> threads.submit(() -> reach(each, errand))).toList();
      List<Lookup> lookups = lookups(errand);
      List<Future<Resolved>> names = lookups.stream().map(threads::submit).toList();
      var reached = new ArrayList<Reached>();
      for (int i = 0; i < places.size(); i++) {
        String place = errand.places().get(i);
        reached.add(by(until, places.get(i), () -> untried(place, LATE)));
      }
      var resolved = new ArrayList<Resolved>();
      for (int i = 0; i < names.size(); i++) {
        resolved.add(by(until, names.get(i), lookups.get(i)::late));
      }
      return new Sight(reached, resolved);
    } catch (ExecutionException e) {
      throw new BlindException("this machine is at fault: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BlindException("it was told to stop", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T by(long until, Future<T> future, Supplier<T> late)
      throws InterruptedException, ExecutionException {
    try {
      return future.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return late.get();
    }
  }

  /**
   * One name to be looked up.
   *
   * @param server whom to ask; empty for whatever the machine uses
   */
  private record Lookup(String name, String server, Duration patience, AllowedNetworks allowed)
      implements Callable<Resolved> {
    @Override
    public Resolved call() throws InterruptedException {
      if (!server.isEmpty()) {
        return NameServers.ask(server, name, patience, allowed);
      }
      try {
        List<String> addresses =
            Arrays.stream(addresses(name)).map(InetAddress::getHostAddress).toList();
        return new Resolved(name, OWN, addresses, Optional.empty());
      } catch (UnknownHostException e) {
        return new Resolved(name, OWN, List.of(), Optional.of("there is no address for it"));
      }
    }

    Resolved late() {
      return new Resolved(name, server.isEmpty() ? OWN : server, List.of(), Optional.of(LATE));
    }
  }

  private List<Lookup> lookups(Errand errand) {
    List<String> servers = errand.servers().isEmpty() ? List.of("") : errand.servers();
    return errand.names().stream()
        .flatMap(name ->
            servers.stream().map(server -> new Lookup(name, server, errand.patience(), allowed)))
        .toList();
  }

  /**
   * Those of a host by the machine's own resolver, in a thread of its own: it cannot be
   * interrupted, and a virtual thread would keep others from running meanwhile.
   */
  static InetAddress[] addresses(String host) throws UnknownHostException, InterruptedException {
    var task = new FutureTask<>(() -> InetAddress.getAllByName(host));
    Thread.ofPlatform().daemon().name("resolver").start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UnknownHostException unknown
          ? unknown
          : new UnknownHostException(host);
    }
  }

  private Reached reach(String place, Errand errand) throws InterruptedException {
    int colon = place.lastIndexOf(':');
    String host = place.substring(0, colon).replaceAll("[\\[\\]]", "");
    int port = Integer.parseInt(place.substring(colon + 1));
    InetAddress[] addresses;
    try {
      addresses = addresses(host);
    } catch (UnknownHostException e) {
      return untried(place, "there is no address for " + host);
    }
    var attempts = new ArrayList<Attempt>();
    for (int attempt = 0; attempt < errand.tries(); attempt++) {
      for (InetAddress address : addresses) {
        Optional<String> against = allowed.against(address);
        attempts.add(
            against.isPresent()
                ? new Attempt(
                    address.getHostAddress(), Outcome.NOT_TRIED, Duration.ZERO, against.get())
                : connect(address, port, errand.patience()));
      }
    }
    return new Reached(place, attempts);
  }

  private static Reached untried(String place, String why) {
    return new Reached(place, List.of(new Attempt("", Outcome.NOT_TRIED, Duration.ZERO, why)));
  }

  private static Attempt connect(InetAddress address, int port, Duration patience) {
    long begun = System.nanoTime();
    Outcome outcome = Outcome.CONNECTED;
    String detail = "";
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address, port), Math.max(1, Math.toIntExact(patience.toMillis())));
    } catch (IOException e) {
      outcome = outcome(e);
      detail = outcome == Outcome.NOT_TRIED ? e.toString() : "";
    }
    return new Attempt(
        address.getHostAddress(), outcome, Duration.ofNanos(System.nanoTime() - begun), detail);
  }

  /** A fault of this machine (no free descriptor, no free port) says nothing about the place. */
  private static Outcome outcome(IOException e) {
    String seen = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (e instanceof SocketTimeoutException || seen.contains("timed out")) {
      return Outcome.SILENT;
    }
    if (e instanceof NoRouteToHostException || seen.contains("unreachable")) {
      return Outcome.NO_WAY;
    }
    return e instanceof ConnectException && seen.contains("refused")
        ? Outcome.REFUSED
        : Outcome.NOT_TRIED;
  }
}
