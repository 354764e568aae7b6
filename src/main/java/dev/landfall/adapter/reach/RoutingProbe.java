package dev.landfall.adapter.reach;

import dev.landfall.adapter.reach.Sight.Attempt;
import dev.landfall.adapter.reach.Sight.Outcome;
import dev.landfall.adapter.reach.Sight.Reached;
import dev.landfall.adapter.reach.Sight.Resolved;
import dev.landfall.engine.Probe;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A check that users' names lead where they must from each vantage, and that the target is not
 * slower to reach than the source, nor loses more, by more than is allowed (R42, R71, R74).
 */
public final class RoutingProbe implements Probe {
  private static final int PERCENT = 100;

  /** To be as good as a source that loses more than this is to be good for nobody. */
  private static final double SOURCE_LOSS_MAX = 0.2;

  private final List<Vantage> vantages;
  private final Wanted wanted;
  private final Duration patience;
  private final Duration timeout;

  /**
   * What must be so.
   *
   * @param names what users ask for, one or more
   * @param servers of the DNS that are asked; those of the vantage when there are none
   * @param leadsTo the addresses to which names may lead, and no other, as literals; one or more
   * @param source where users reach the source, {@code host:port}
   * @param target where users reach the target
   * @param tries how many connections to each are compared
   * @param slowerBy how much longer a connection to the target may take, in the median
   * @param lossMax by how much the share of connections that fail may be higher, 0 to 1
   */
  public record Wanted(
      List<String> names,
      List<String> servers,
      Set<String> leadsTo,
      String source,
      String target,
      int tries,
      Duration slowerBy,
      double lossMax) {
    public Wanted {
      names = List.copyOf(names);
      servers = List.copyOf(servers);
      leadsTo =
          leadsTo.stream()
              .map(each -> InetAddress.ofLiteral(each).getHostAddress())
              .collect(Collectors.toUnmodifiableSet());
    }
  }

  /**
   * A check from some vantages.
   *
   * @param patience how long one connection, or one answer of the DNS, may take
   * @param timeout how long all of it may take from one vantage
   */
  public RoutingProbe(List<Vantage> vantages, Wanted wanted, Duration patience, Duration timeout) {
    this.vantages = List.copyOf(vantages);
    this.wanted = wanted;
    this.patience = patience;
    this.timeout = timeout;
  }

  @Override
  public Observation look() {
    var lines = new ArrayList<String>();
    var faults = new ArrayList<String>();
    for (Vantage vantage : vantages) {
      var own = new ArrayList<String>();
      lines.add("from: " + vantage.name());
      try {
        var errand =
            new Errand(
                List.of(wanted.source(), wanted.target()),
                wanted.tries(),
                patience,
                timeout,
                wanted.names(),
                wanted.servers());
        judge(vantage.look(errand), lines, own);
      } catch (Vantage.BlindException e) {
        own.add("nothing can be looked at: " + e.getMessage());
      }
      own.forEach(fault -> faults.add(vantage.told(fault)));
    }
    faults.forEach(fault -> lines.add("fault: " + fault));
    return new Observation(
        faults.isEmpty(), String.join("; ", faults), String.join("\n", lines) + "\n");
  }

  private void judge(Sight sight, List<String> lines, List<String> faults) {
    sight.names().forEach(each -> lead(each, lines, faults));
    int expected = wanted.names().size() * Math.max(1, wanted.servers().size());
    if (sight.names().size() != expected || sight.places().size() != 2) {
      faults.add("not everything was looked at");
      return;
    }
    Way source = Way.of(sight.places().get(0));
    Way target = Way.of(sight.places().get(1));
    lines.add("source " + source);
    lines.add("target " + target);
    // What was not tried is neither lost nor reached, and no share of it can be compared.
    List<String> untried =
        sight.places().stream().flatMap(each -> each.untried().stream()).distinct().toList();
    if (!untried.isEmpty()) {
      faults.addAll(untried);
      return;
    }
    if (source.median().isEmpty() || target.median().isEmpty()) {
      String silent = target.median().isEmpty() ? target.place() : source.place();
      faults.add("no connection to " + silent + " was made");
      return;
    }
    Duration slower = target.median().get().minus(source.median().get());
    if (slower.compareTo(wanted.slowerBy()) > 0) {
      faults.add(
          "the target answers %s later than the source, and %s are allowed"
              .formatted(millis(slower), millis(wanted.slowerBy())));
    }
    if (source.loss() > SOURCE_LOSS_MAX) {
      faults.add(
          "the source itself loses %s of the connections, and nothing can be compared with that"
              .formatted(percent(source.loss())));
    }
    double lost = target.loss() - source.loss();
    if (lost > wanted.lossMax()) {
      faults.add(
          "the target loses %s of the connections more than the source, and %s are allowed"
              .formatted(percent(lost), percent(wanted.lossMax())));
    }
  }

  private void lead(Resolved each, List<String> lines, List<String> faults) {
    String words = each.name() + " by " + each.server();
    lines.add(
        each.fault()
            .map(fault -> words + ": " + fault)
            .orElse(words + " leads to " + String.join(", ", each.addresses())));
    each.fault().ifPresent(fault -> faults.add(words + ": " + fault));
    if (each.fault().isEmpty() && each.addresses().isEmpty()) {
      faults.add(words + " leads nowhere");
    }
    each.addresses().stream()
        .filter(address -> !wanted.leadsTo().contains(address))
        .forEach(address -> faults.add(words + " leads to " + address + ", and must not"));
  }

  /**
   * How connections to one place went.
   *
   * @param loss the share that failed, 0 to 1
   * @param median of those that did not; absent when all failed
   */
  private record Way(String place, int tries, double loss, Optional<Duration> median) {
    static Way of(Reached reached) {
      List<Duration> times =
          reached.attempts().stream()
              .filter(each -> each.outcome() == Outcome.CONNECTED)
              .map(Attempt::took)
              .sorted()
              .toList();
      int tries = reached.attempts().size();
      return new Way(
          reached.place(),
          tries,
          tries == 0 ? 1 : (double) (tries - times.size()) / tries,
          times.isEmpty() ? Optional.empty() : Optional.of(times.get(times.size() / 2)));
    }

    @Override
    public String toString() {
      return "%s: %d connections, %s lost%s"
          .formatted(
              place,
              tries,
              percent(loss),
              median.map(time -> ", half of the others within " + millis(time)).orElse(""));
    }
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * PERCENT);
  }
}
