package dev.landfall.adapter.postgres;

import dev.landfall.engine.Probe;
import dev.landfall.problem.OutsideException;
import dev.landfall.workload.Asset;
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
 * Watches for a while who is connected to the databases that will be cut off, who left a slot there
 * to come back to, and what they fetch from elsewhere themselves: whoever is not expected there
 * would lose their way with the link, without anybody having thought of them (R71). It tells
 * addresses and names of applications, slots and subscriptions, and nothing that anybody asked the
 * database.
 */
public final class SeveredProbe implements Probe {
  private static final int TOLD_MAX = 10;

  private final Map<String, Watched> databases;
  private final Expected expected;
  private final Watch watch;

  /**
   * A database that is watched.
   *
   * @param source opened when it is watched
   * @param own how the names of all slots and subscriptions of Landfall's own link begin
   */
  public record Watched(Supplier<PostgresDatabase> source, String own) {
    /** The source of an asset, with the link that Landfall makes for it. */
    public static Watched of(String workload, Asset.Data asset, Supplier<PostgresDatabase> source) {
      return new Watched(source, PostgresRemains.names(workload, asset).base() + "_");
    }
  }

  /**
   * Who may be connected. Somebody is expected who comes from one of these places and, where
   * applications are named, calls itself one of them. A slot that nobody follows and a subscription
   * are expected where they are named like one of these applications.
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

    private List<String> strangers(List<String> names) {
      return names.stream().filter(each -> !applications.contains(each)).toList();
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

    private String named() {
      String plain = plain(application);
      return plain.isEmpty() ? "no name" : plain;
    }
  }

  /**
   * @param databases by the name of the asset
   */
  public SeveredProbe(Map<String, Watched> databases, Expected expected, Watch watch) {
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
      for (Map.Entry<String, Watched> each : databases.entrySet()) {
        Watched database = each.getValue();
        watched.put(each.getKey(), ClientWatch.begin(database.source().get(), database.own()));
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
      lines.addAll(kept(name, seen));
      faults.addAll(returning(name, seen));
      lines.add("%s: %d came and went between two looks".formatted(name, seen.unseen()));
      faults.addAll(unknown(name, seen));
    });
    return new Observation(
        faults.isEmpty(),
        String.join("; ", faults),
        lines.stream().collect(Collectors.joining("\n", "", "\n")));
  }

  /** Those of whom nobody knows who they were. */
  private List<String> unknown(String name, ClientWatch seen) {
    var faults = new ArrayList<String>();
    if (seen.recounted() && !watch.brief()) {
      faults.add(
          "the server of %s began to count sessions anew, and nobody knows who came and went"
                  .formatted(name)
              + " unseen; run it again");
    }
    if (seen.unseen() > 0 && !watch.brief()) {
      faults.add(
          "%d sessions of %s came and went between two looks, and nobody knows whose they were"
              .formatted(seen.unseen(), name));
    }
    if (seen.crowded()) {
      faults.add("%s has more than %d different clients".formatted(name, ClientWatch.CLIENTS_MAX));
    }
    if (seen.hidden() > 0) {
      faults.add(
          "%d sessions of %s may not be looked at: GRANT pg_read_all_stats TO %s"
              .formatted(seen.hidden(), name, seen.role()));
    }
    return faults;
  }

  private static List<String> kept(String name, ClientWatch seen) {
    var lines = new ArrayList<String>();
    seen.idleSlots()
        .forEach(each -> lines.add("%s: slot %s, which nobody follows".formatted(name, each)));
    seen.subscriptions()
        .forEach(each -> lines.add("%s: subscription %s".formatted(name, plain(each))));
    return lines;
  }

  /** Those who are not connected now, and will be. */
  private List<String> returning(String name, ClientWatch seen) {
    var faults = new ArrayList<String>();
    List<String> slots = expected.strangers(seen.idleSlots());
    if (!slots.isEmpty()) {
      faults.add(
          "%d unexpected slots of %s, to which somebody will come back: %s"
              .formatted(slots.size(), name, some(slots)));
    }
    List<String> fetching = expected.strangers(seen.subscriptions());
    if (!fetching.isEmpty()) {
      faults.add(
          "%d unexpected subscriptions of %s, which fetch from elsewhere: %s"
              .formatted(
                  fetching.size(),
                  name,
                  some(fetching.stream().map(SeveredProbe::plain).toList())));
    }
    return faults;
  }

  /** Others choose these names: nothing of them steers a terminal. */
  private static String plain(String name) {
    return name.replaceAll("\\p{Cc}+", " ").strip();
  }

  private static String some(List<String> words) {
    int more = words.size() - TOLD_MAX;
    return String.join(", ", words.subList(0, Math.min(words.size(), TOLD_MAX)))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}
