package dev.landfall.adapter.postgres;

import dev.landfall.engine.Probe;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Network;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Watches for a while who is connected to the databases that will be cut off: whoever is not
 * expected there would lose their way with the link, without anybody having thought of them (R71).
 * It tells addresses and names of applications, and nothing that anybody asked the database.
 */
public final class SeveredProbe implements Probe {
  private static final int TOLD_MAX = 10;

  private final Map<String, Supplier<PostgresDatabase>> databases;
  private final Expected expected;
  private final Watch watch;

  /**
   * Who may be connected. Somebody is expected who comes from one of these places and, where
   * applications are named, calls itself one of them.
   *
   * @param networks none when nobody is expected over the network
   * @param applications none for any
   * @param local whether sessions that come over a socket of the server's own machine are expected
   */
  public record Expected(List<Network> networks, Set<String> applications, boolean local) {
    public Expected {
      networks = List.copyOf(networks);
      applications = Set.copyOf(applications);
    }

    private boolean has(Client client) {
      boolean place =
          client
              .address()
              .map(text ->
                  Network.address(text)
                      .filter(each -> networks.stream().anyMatch(net -> net.contains(each)))
                      .isPresent())
              .orElse(local);
      return place && (applications.isEmpty() || applications.contains(client.application()));
    }
  }

  /**
   * How it is watched.
   *
   * @param lasting how long; more than zero
   * @param every the time between two looks; more than zero
   * @param brief whether sessions that came and went between two looks are put up with
   */
  public record Watch(Duration lasting, Duration every, boolean brief) {}

  /**
   * Who is connected.
   *
   * @param address absent over a socket of the server's own machine
   * @param application what it calls itself; may be empty
   */
  record Client(Optional<String> address, String application) {
    private String words() {
      return "%s (%s)".formatted(address.orElse("the server itself"), named());
    }

    /** Whoever connects chooses it: nothing of it steers a terminal. */
    private String named() {
      String plain = application.replaceAll("\\p{Cc}+", " ").strip();
      return plain.isEmpty() ? "no name" : plain;
    }
  }

  /**
   * @param databases by the name of the asset; each is opened when it is watched
   */
  public SeveredProbe(
      Map<String, Supplier<PostgresDatabase>> databases, Expected expected, Watch watch) {
    this.databases = new TreeMap<>(databases);
    this.expected = expected;
    this.watch = watch;
  }

  @Override
  public Observation look() {
    if (databases.isEmpty()) {
      return new Observation(false, "there is no database to watch", "no database\n");
    }
    var watched = new TreeMap<String, ClientWatch>();
    try {
      for (Map.Entry<String, Supplier<PostgresDatabase>> each : databases.entrySet()) {
        watched.put(each.getKey(), ClientWatch.begin(each.getValue().get()));
      }
      watchAll(watched.values());
      return judge(watched);
    } catch (SQLException | OutsideException e) {
      String why = "who is connected cannot be watched: " + PostgresProblem.told(e);
      return new Observation(false, why.replaceAll("\\p{Cc}+", " "), why);
    } catch (InterruptedException _) {
      // Whoever ends the command is told that nothing was found out, and the run ends as failed.
      Thread.currentThread().interrupt();
      return new Observation(false, "the watch was called off", "called off\n");
    } finally {
      watched.values().forEach(ClientWatch::close);
    }
  }

  private void watchAll(Iterable<ClientWatch> watched) throws SQLException, InterruptedException {
    long end = System.nanoTime() + watch.lasting().toNanos();
    while (true) {
      for (ClientWatch each : watched) {
        each.look();
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      Thread.sleep(Duration.ofNanos(Math.min(left, watch.every().toNanos())));
    }
    for (ClientWatch each : watched) {
      each.count();
    }
  }

  private Observation judge(Map<String, ClientWatch> watched) {
    var faults = new ArrayList<String>();
    var lines = new ArrayList<String>();
    watched.forEach((name, seen) -> {
      lines.add("%s: watched for %s".formatted(name, watch.lasting()));
      var strangers = new ArrayList<String>();
      seen.clients()
          .forEach((client, sessions) -> {
            boolean known = expected.has(client);
            lines.add(
                "%s: %s %s, %d sessions"
                    .formatted(name, known ? "expected" : "unexpected", client.words(), sessions));
            if (!known) {
              strangers.add(client.words());
            }
          });
      if (!strangers.isEmpty()) {
        faults.add(
            "%d unexpected clients of %s: %s".formatted(strangers.size(), name, some(strangers)));
      }
      lines.add("%s: %d came and went between two looks".formatted(name, seen.unseen()));
      if (seen.unseen() > 0 && !watch.brief()) {
        faults.add(
            "%d sessions of %s came and went between two looks, and nobody knows whose they were"
                .formatted(seen.unseen(), name));
      }
      if (seen.hidden() > 0) {
        faults.add(
            "%d sessions of %s may not be looked at: GRANT pg_read_all_stats TO %s"
                .formatted(seen.hidden(), name, seen.role()));
      }
    });
    return new Observation(
        faults.isEmpty(),
        String.join("; ", faults),
        lines.stream().collect(Collectors.joining("\n", "", "\n")));
  }

  private static String some(List<String> words) {
    int more = words.size() - TOLD_MAX;
    return String.join(", ", words.subList(0, Math.min(words.size(), TOLD_MAX)))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}
