package dev.landfall.adapter.reach;

import dev.landfall.adapter.reach.Sight.Attempt;
import dev.landfall.adapter.reach.Sight.Outcome;
import dev.landfall.adapter.reach.Sight.Reached;
import dev.landfall.engine.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A check that some places cannot be reached from a vantage, and that others can (R71). A witness
 * reaches the closed places meanwhile: a place where nobody listens is closed to everybody, and
 * proves nothing. Without the open places a vantage that has lost its network would pass.
 */
public final class IsolationProbe implements Probe {
  /** One packet may be lost, and a closed place must not be one that was only unlucky. */
  private static final int TRIES = 2;

  private final List<Vantage> vantages;
  private final Vantage witness;
  private final Wanted wanted;
  private final Duration patience;
  private final Duration timeout;

  /**
   * What must be so of places, each {@code host:port}.
   *
   * @param closed of which none may be reached, by any of its addresses
   * @param open of which each must be, by one of its addresses
   * @param refused whether a place that refuses counts as closed: packets do come that far, if only
   *     to a firewall
   */
  public record Wanted(List<String> closed, List<String> open, boolean refused) {
    public Wanted {
      closed = List.copyOf(closed);
      open = List.copyOf(open);
    }
  }

  /**
   * A check of places.
   *
   * @param vantages from each of which it is so; one or more
   * @param witness from which each closed place is reached, at all of its addresses; none of them
   * @param patience how long a connection may take; who says nothing until then is not reached
   * @param timeout how long all of it may take, from one vantage
   */
  public IsolationProbe(
      List<Vantage> vantages, Vantage witness, Wanted wanted, Duration patience, Duration timeout) {
    this.vantages = List.copyOf(vantages);
    this.witness = witness;
    this.wanted = wanted;
    this.patience = patience;
    this.timeout = timeout;
  }

  @Override
  public Observation look() {
    var lines = new ArrayList<String>();
    var faults = new LinkedHashSet<String>();
    Map<String, Set<String>> listening = attest(lines, faults);
    for (Vantage vantage : vantages) {
      look(vantage, listening, lines, faults);
    }
    // One that went away meanwhile was closed for that reason alone.
    attest(new ArrayList<>(), faults);
    faults.forEach(fault -> lines.add("fault: " + fault));
    String raw = String.join("\n", lines) + "\n";
    return new Observation(faults.isEmpty(), String.join("; ", faults), raw);
  }

  /** At which addresses the witness finds somebody, by place. */
  private Map<String, Set<String>> attest(List<String> lines, Set<String> faults) {
    lines.add("witness: " + witness.name());
    var listening = new HashMap<String, Set<String>>();
    try {
      var errand = Errand.to(wanted.closed(), TRIES, patience, timeout);
      for (Reached each : witness.look(errand).places()) {
        lines.add("must listen: " + each.place() + ": " + words(each));
        Set<String> reached = addresses(each, one -> one.outcome() == Outcome.CONNECTED);
        listening.put(each.place(), reached);
        if (reached.isEmpty() || !reached.equals(addresses(each, one -> true))) {
          faults.add(
              "%s proves nothing by being closed, as the witness (%s) does not reach it: %s"
                  .formatted(each.place(), witness.name(), words(each)));
        }
      }
    } catch (Vantage.BlindException e) {
      faults.add("the witness (%s) cannot look: %s".formatted(witness.name(), e.getMessage()));
    }
    return listening;
  }

  private void look(
      Vantage vantage, Map<String, Set<String>> listening, List<String> lines, Set<String> faults) {
    lines.add("from: " + vantage.name());
    var own = new ArrayList<String>();
    try {
      List<String> all =
          Stream.concat(wanted.closed().stream(), wanted.open().stream()).distinct().toList();
      List<Reached> seen = vantage.look(Errand.to(all, TRIES, patience, timeout)).places();
      Set<Boolean> ways =
          seen.stream()
              .filter(each -> wanted.open().contains(each.place()))
              .flatMap(each -> addresses(each, one -> one.outcome() == Outcome.CONNECTED).stream())
              .map(IsolationProbe::isSix)
              .collect(Collectors.toSet());
      for (Reached each : seen) {
        if (wanted.closed().contains(each.place())) {
          lines.add("must be closed: " + each.place() + ": " + words(each));
          closed(each, listening.getOrDefault(each.place(), Set.of()), ways, own);
        }
        if (wanted.open().contains(each.place())) {
          lines.add("must be open: " + each.place() + ": " + words(each));
          if (!each.any(Outcome.CONNECTED)) {
            own.add(each.place() + " must be reachable: " + words(each));
          } else {
            // An address that was passed over may be the one that users get.
            each.untried().ifPresent(own::add);
          }
        }
      }
    } catch (Vantage.BlindException e) {
      own.add("nothing can be looked at: " + e.getMessage());
    }
    own.forEach(fault -> faults.add(vantage.told(fault)));
  }

  private void closed(Reached each, Set<String> listening, Set<Boolean> ways, List<String> faults) {
    Set<String> tried = addresses(each, one -> true);
    Optional<String> untried = each.untried();
    if (each.any(Outcome.CONNECTED)) {
      faults.add(each.place() + " can be reached, and must not be");
    } else if (untried.isPresent()) {
      faults.add(untried.get());
    } else if (each.any(Outcome.REFUSED) && !wanted.refused()) {
      faults.add(
          each.place()
              + " refuses, so packets come that far; have them dropped, or write refused:"
              + " accepted");
    } else if (!listening.isEmpty() && !listening.equals(tried)) {
      faults.add(
          "%s is %s there, and %s to the witness; write the addresses"
              .formatted(each.place(), String.join(", ", tried), String.join(", ", listening)));
    }
    // Where no open place was reached at all, that is told already.
    if (!ways.isEmpty() && !ways.containsAll(tried.stream().map(IsolationProbe::isSix).toList())) {
      faults.add(
          "%s is closed as everything of its kind may be: no open place was reached by IPv%d"
              .formatted(each.place(), ways.contains(false) ? 6 : 4));
    }
  }

  /** Those that were tried with an outcome, in the order of their text. */
  private static Set<String> addresses(Reached each, Predicate<Attempt> which) {
    return each.attempts().stream()
        .filter(one -> !one.address().isEmpty() && which.test(one))
        .map(Attempt::address)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isSix(String address) {
    return address.indexOf(':') >= 0;
  }

  /** Without times: what was seen twice alike is the same evidence. */
  private static String words(Reached each) {
    return each.attempts().stream()
        .map(one ->
            (one.address().isEmpty() ? "" : one.address() + " ")
                + one.outcome().words()
                + (one.detail().isEmpty() ? "" : " (" + one.detail() + ")"))
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
