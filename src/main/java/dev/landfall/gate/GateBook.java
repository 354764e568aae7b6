package dev.landfall.gate;

import dev.landfall.gate.Dossier.Mark;
import dev.landfall.gate.Dossier.Run;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.workload.GatePlan;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * All that is known of the gates of one promotion, and who did what for its plan.
 *
 * @param dossiers what is known of each gate
 * @param people who did what
 * @param runs how many checks were begun
 * @param loosened each edit of the file that demanded less than the one before, as clauses
 * @param breaks each time that somebody broke the glass, oldest first; none is ever forgotten
 * @param edited when the file was last edited, in whole milliseconds; the epoch when it never was,
 *     and where the journal does not tell
 */
public record GateBook(
    Dossiers dossiers,
    People people,
    long runs,
    List<String> loosened,
    List<Break> breaks,
    Instant edited) {
  /** Nothing is known. */
  public static final GateBook EMPTY =
      new GateBook(
          Dossiers.EMPTY,
          new People(Set.of(), Set.of(), Set.of(), Set.of()),
          0,
          List.of(),
          List.of(),
          Instant.EPOCH);

  /** Stands for somebody of whom the journal does not tell. */
  public static final String UNKNOWN = "somebody unknown";

  /**
   * Who did what.
   *
   * @param givers who gave the workload file, in any of its versions since it has gates: an edit of
   *     somebody else leaves most of what was given before it. {@link #UNKNOWN} where the journal
   *     does not tell
   * @param executors who ordered the move that is wanted now; empty while none is
   * @param movers who ordered a move by which users went to the target; for good
   * @param keys the public keys that the movers had then: under another name they are the same
   */
  public record People(
      Set<String> givers, Set<String> executors, Set<String> movers, Set<String> keys) {
    public People {
      givers = Set.copyOf(givers);
      executors = Set.copyOf(executors);
      movers = Set.copyOf(movers);
      keys = Set.copyOf(keys);
    }
  }

  public GateBook {
    loosened = List.copyOf(loosened);
    breaks = List.copyOf(breaks);
  }

  /** Who gave the file. */
  public Set<String> givers() {
    return people.givers();
  }

  /** Who ordered the move that is wanted now. */
  public Set<String> executors() {
    return people.executors();
  }

  /** What is known of a gate. */
  public Dossier of(String gate) {
    return dossiers.of(gate);
  }

  /** The broken glass that lets users by now, oldest first; empty when none does. */
  public List<Break> glass(String plan, Instant now) {
    return breaks.stream().filter(each -> each.lets(plan, now)).toList();
  }

  /** Somebody gave the workload file for the first time. */
  public static GateBook begun(Optional<String> by) {
    return EMPTY.with(new People(Set.of(by.orElse(UNKNOWN)), Set.of(), Set.of(), Set.of()));
  }

  /**
   * Somebody gave an edited file: whatever was said of the one before counts no more.
   *
   * @param at absent where the journal does not tell
   */
  public GateBook edited(Optional<String> by, Optional<Instant> at) {
    return new GateBook(
        dossiers.each(Dossier::voided),
        new People(
            plus(people.givers(), Set.of(by.orElse(UNKNOWN))),
            Set.of(),
            people.movers(),
            people.keys()),
        runs,
        loosened,
        breaks.stream().map(Break::voided).toList(),
        at.map(each -> each.truncatedTo(ChronoUnit.MILLIS)).orElse(edited));
  }

  /** Somebody ordered users to move. */
  public GateBook ordered(Optional<String> by) {
    Set<String> next = plus(people.executors(), by.stream().toList());
    return with(new People(people.givers(), next, people.movers(), people.keys()));
  }

  /** No move is wanted any more. */
  public GateBook atRest() {
    return people.executors().isEmpty()
        ? this
        : with(new People(people.givers(), Set.of(), people.movers(), people.keys()));
  }

  /** Users are on their way: whoever ordered it has done so for good. */
  public GateBook moved(GatePlan plan, String planHash, Instant at) {
    Set<String> next = plus(people.movers(), people.executors());
    List<String> own =
        plan.people().stream()
            .filter(person -> people.executors().contains(person.name()))
            .flatMap(person -> person.key().stream())
            .toList();
    var after =
        with(new People(people.givers(), people.executors(), next, plus(people.keys(), own)));
    return after.withBreaks(
        breaks.stream().map(each -> each.lets(planHash, at) ? each.usedUp() : each).toList());
  }

  /** Somebody gave a file that demands less; that is told for good. */
  public GateBook loosened(String how) {
    var next = new ArrayList<>(loosened);
    next.add(how);
    return new GateBook(dossiers, people, runs, next, breaks, edited);
  }

  /** A check began. */
  public GateBook begun(String gate, Run run) {
    GateBook next = with(gate, dossier -> dossier.begun(run));
    return new GateBook(next.dossiers, people, runs + 1, loosened, breaks, edited);
  }

  /** A check has ended. */
  public GateBook checked(String gate, Mark mark) {
    return with(gate, dossier -> dossier.checked(mark));
  }

  /** Somebody brought evidence. */
  public GateBook attached(String gate, Mark mark, boolean isExecuted) {
    return with(gate, dossier -> dossier.attached(mark, isExecuted));
  }

  /** Somebody has said something. */
  public GateBook signed(Signed signed) {
    if (signed.statement().verb() == Verb.BREAK_GLASS) {
      var next = new ArrayList<>(breaks);
      next.add(new Break(signed, false, false, Optional.empty()));
      return withBreaks(next);
    }
    if (signed.statement().verb() == Verb.REVIEW) {
      return withBreaks(breaks.stream().map(each -> each.reviewedBy(signed)).toList());
    }
    return with(signed.statement().gate(), dossier -> dossier.signed(signed));
  }

  private GateBook with(String gate, UnaryOperator<Dossier> change) {
    return new GateBook(dossiers.with(gate, change), people, runs, loosened, breaks, edited);
  }

  private GateBook with(People next) {
    return new GateBook(dossiers, next, runs, loosened, breaks, edited);
  }

  private GateBook withBreaks(List<Break> next) {
    return new GateBook(dossiers, people, runs, loosened, next, edited);
  }

  private static Set<String> plus(Set<String> some, Iterable<String> more) {
    var all = new TreeSet<>(some);
    more.forEach(all::add);
    return all;
  }
}
