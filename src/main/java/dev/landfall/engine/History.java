package dev.landfall.engine;

import dev.landfall.engine.Journal.Audit;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.Promotion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What can be read out of entries without asking anything outside. */
public final class History {
  private History() {}

  /**
   * All entries of all workloads up to those that were audited, in the order of the chain. What
   * others append meanwhile is left out.
   *
   * @throws IllegalStateException when they are not those that were audited
   */
  public static List<Entry> chain(Journal journal, Audit audited) {
    var all = new ArrayList<Entry>();
    for (String workload : journal.workloads()) {
      journal.read(workload, 0).stream()
          .filter(entry -> entry.sequence() <= audited.entries())
          .forEach(all::add);
    }
    all.sort(Comparator.comparingLong(Entry::sequence));
    String head = all.isEmpty() ? Chain.Head.EMPTY.hash() : all.getLast().hash();
    if (all.size() != audited.entries() || !head.equals(audited.headHash())) {
      throw new IllegalStateException("the journal was changed while it was read");
    }
    return List.copyOf(all);
  }

  /** Where a promotion stands after these entries of its own; absent when there are none. */
  public static Optional<Promotion> fold(List<Entry> own) {
    Optional<Promotion> promotion = Optional.empty();
    for (Entry entry : own) {
      promotion = Optional.of(after(promotion, entry, event(entry)));
    }
    return promotion;
  }

  /**
   * Where it stands after one more entry, whose event this is.
   *
   * @throws IllegalStateException when it cannot follow
   */
  static Promotion after(Optional<Promotion> before, Entry entry, Event event) {
    if (event instanceof Event.Registered registered) {
      return Evolver.begin(registered);
    }
    return before
        .map(promotion -> Evolver.evolve(promotion, event))
        .orElseThrow(() ->
            new IllegalStateException(
                "entry " + entry.sequence() + " comes before its workload was registered"));
  }

  /** The event of an entry. */
  public static Event event(Entry entry) {
    return EventCodec.read(entry.draft().type(), entry.draft().payload());
  }

  /** What an event brought as evidence; empty for those that bring none. */
  public static List<Evidence> evidence(Event event) {
    return switch (event) {
      case Event.GateChecked done -> done.evidence();
      case Event.GateAttached brought -> brought.evidence();
      default -> List.of();
    };
  }

  /** What an event says that a person signed; absent where nobody did. */
  public static Optional<Signed> signed(Event event) {
    return event instanceof Event.GateSigned said ? Optional.of(said.signed()) : Optional.empty();
  }
}
