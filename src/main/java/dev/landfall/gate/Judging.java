package dev.landfall.gate;

import dev.landfall.gate.Dossier.Mark;
import dev.landfall.gate.Dossier.Said;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.GatePlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says how a gate stands. Nothing else does: what is shown, what is counted and what holds users
 * back come from here.
 */
public final class Judging {
  private final GateBook book;
  private final Subject current;
  private final Instant now;
  private final Optional<Calendar> calendar;

  private Judging(GateBook book, Subject current, Instant now, Optional<Calendar> calendar) {
    this.book = book;
    this.current = current;
    this.now = now;
    this.calendar = calendar;
  }

  /**
   * How each gate of a plan stands.
   *
   * @param current what is there now; without a target when nobody could look
   */
  public static List<Standing> all(GatePlan plan, GateBook book, Subject current, Instant now) {
    var judging = new Judging(book, current, now, plan.calendar());
    return plan.gates().stream().map(judging::of).toList();
  }

  /** How one gate stands. */
  public static Standing of(Gate gate, GateBook book, Subject current, Instant now) {
    return new Judging(book, current, now, Optional.empty()).of(gate);
  }

  /**
   * Why nobody can validate a gate yet, as a clause: there is nothing to look at, or what there is
   * does not count. Absent when somebody can.
   */
  static Optional<String> unready(Gate gate, GateBook book, Subject current, Instant now) {
    Dossier dossier = book.of(gate.id());
    // What is signed names the evidence, and that has the records: they are not looked at here.
    var records = dossier.executed().map(mark -> mark.subject().records()).orElse(Map.of());
    var known = new Subject(current.plan(), current.target(), records);
    var judging = new Judging(book, known, now, Optional.empty());
    if (judging.running(gate, dossier).isPresent()) {
      return Optional.of("it is being checked");
    }
    Optional<String> broken = broken(dossier);
    return broken.isPresent()
        ? broken.map(why -> "it has failed " + why)
        : List.of(Flag.EXECUTED, Flag.DOCUMENTED).stream()
            .filter(gate.demands()::contains)
            .flatMap(flag -> judging.measure(gate, dossier, flag).fault().stream())
            .findFirst();
  }

  /** What the calendar says, and nobody else. */
  private Optional<Standing> timed(Gate gate) {
    return calendar
        .filter(_ -> gate.kind() == Gate.Kind.CALENDAR)
        .map(each -> Timetable.of(each, now))
        .map(seen ->
            new Standing(
                gate,
                seen.open() ? State.PASSED : State.CLOSED,
                seen.why(),
                seen.change(),
                List.of()));
  }

  private Standing of(Gate gate) {
    Dossier dossier = book.of(gate.id());
    return exempted(gate, dossier)
        .or(() -> timed(gate))
        .or(() -> running(gate, dossier))
        .or(() -> failed(gate, dossier))
        .orElseGet(() -> measured(gate, dossier));
  }

  /** Whoever sets a gate aside says so about one plan and for a time, and is shown. */
  private Optional<Standing> exempted(Gate gate, Dossier dossier) {
    return dossier.said().stream()
        .filter(said -> said.stands() && said.statement().verb().exempts())
        .map(Said::statement)
        .filter(said -> said.plan().equals(current.plan()) && now.isBefore(said.until()))
        .max(Comparator.comparing(Statement::until))
        .map(said ->
            new Standing(
                gate,
                said.verb() == Verb.WAIVE ? State.WAIVED : State.NOT_APPLICABLE,
                "by %s (%s) until %s: %s"
                    .formatted(said.by(), said.role(), said.until(), said.reason()),
                Optional.of(said.until()),
                List.of()));
  }

  private Optional<Standing> running(Gate gate, Dossier dossier) {
    return dossier
        .run()
        .filter(run -> now.isBefore(run.until()))
        .map(run ->
            new Standing(
                gate,
                State.RUNNING,
                "begun by %s at %s".formatted(run.by(), run.at()),
                Optional.of(run.until()),
                List.of(Flag.EXECUTED)));
  }

  /** What was found to be wrong stays wrong until somebody has looked again. */
  private static Optional<Standing> failed(Gate gate, Dossier dossier) {
    Optional<Standing> broken = broken(dossier).map(why -> failed(gate, why, Flag.EXECUTED));
    return broken.or(() ->
        dossier.said().stream()
            .filter(said -> said.stands() && said.statement().verb() == Verb.DECLINE)
            .map(Said::statement)
            .findFirst()
            .map(said ->
                failed(
                    gate,
                    "declined by %s (%s): %s".formatted(said.by(), said.role(), said.reason()),
                    Flag.VALIDATED)));
  }

  private static Standing failed(Gate gate, String why, Flag lacking) {
    return new Standing(gate, State.FAILED, why, Optional.empty(), List.of(lacking));
  }

  private static Optional<String> broken(Dossier dossier) {
    return dossier
        .executed()
        .filter(mark -> !mark.passed())
        .map(mark -> "at %s: %s".formatted(mark.at(), mark.reason()));
  }

  /**
   * One flag.
   *
   * @param fault why it does not count; absent when it does
   * @param was whether it once did
   */
  private record Measure(Flag flag, Optional<String> fault, boolean was, Instant until) {}

  private Standing measured(Gate gate, Dossier dossier) {
    var measures = new ArrayList<Measure>();
    for (Flag flag : Flag.values()) {
      if (gate.demands().contains(flag)) {
        measures.add(measure(gate, dossier, flag));
      }
    }
    List<Measure> faulty = measures.stream().filter(each -> each.fault().isPresent()).toList();
    if (faulty.isEmpty()) {
      Instant until =
          measures.stream().map(Measure::until).min(Comparator.naturalOrder()).orElse(now);
      return new Standing(gate, State.PASSED, "", Optional.of(until), List.of());
    }
    boolean stale = faulty.stream().allMatch(Measure::was);
    String why =
        faulty.stream()
            .filter(each -> stale || !each.was())
            .map(each -> each.fault().orElseThrow())
            .reduce((one, other) -> one + "; " + other)
            .orElse("");
    return new Standing(
        gate,
        stale ? State.STALE : State.OPEN,
        why,
        Optional.empty(),
        faulty.stream().map(Measure::flag).toList());
  }

  /**
   * A check that never ended might have failed: whoever kills it must not keep the pass of the one
   * before.
   */
  private Optional<Measure> died(Dossier dossier) {
    return dossier
        .run()
        .map(run ->
            new Measure(
                Flag.EXECUTED,
                Optional.of(
                    "the check that %s began at %s never ended".formatted(run.by(), run.at())),
                dossier.executed().isPresent(),
                now));
  }

  private Measure measure(Gate gate, Dossier dossier, Flag flag) {
    return switch (flag) {
      case EXECUTED -> died(dossier).orElseGet(() -> measure(gate, flag, dossier.executed()));
      case DOCUMENTED -> measure(gate, flag, dossier.documented());
      case VALIDATED -> validated(gate, dossier);
    };
  }

  private Measure measure(Gate gate, Flag flag, Optional<Mark> found) {
    if (found.isEmpty()) {
      return new Measure(flag, Optional.of("not " + flag.word()), false, now);
    }
    Mark mark = found.get();
    Instant until = mark.at().plus(gate.validity());
    Optional<String> fault =
        mark.subject()
            .staleness(gate, current)
            .or(() -> mark.subject().recordsStaleness(gate, current))
            .or(() ->
                now.isBefore(until)
                    ? Optional.empty()
                    : Optional.of(
                        "that was at %s and counted until %s".formatted(mark.at(), until)))
            .map(why -> flag.word() + " by " + mark.by() + ", but " + why);
    return new Measure(flag, fault, true, until);
  }

  /** As many different people as needed have looked at this evidence, and may. */
  private Measure validated(Gate gate, Dossier dossier) {
    var good = new ArrayList<Instant>();
    var faults = new ArrayList<String>();
    for (Said said : dossier.said()) {
      Statement statement = said.statement();
      if (statement.verb() == Verb.APPROVE) {
        Optional<String> fault = fault(gate, dossier, said);
        fault.ifPresentOrElse(
            why -> faults.add("approved by %s, but %s".formatted(statement.by(), why)),
            () -> good.add(until(gate, statement)));
      }
    }
    int given = good.size() + faults.size();
    dossier.said().stream()
        .map(Said::statement)
        .filter(said -> said.verb() == Verb.WITHDRAW)
        .forEach(said -> faults.add("withdrawn by " + said.by()));
    if (good.size() >= gate.quorum()) {
      // With more than are needed, the last that must hold is the one that counts.
      good.sort(Comparator.reverseOrder());
      return new Measure(Flag.VALIDATED, Optional.empty(), true, good.get(gate.quorum() - 1));
    }
    String missing =
        "validated by %d of %d (%s)"
            .formatted(good.size(), gate.quorum(), String.join(" or ", gate.approvers()));
    faults.addFirst(missing);
    return new Measure(
        Flag.VALIDATED, Optional.of(String.join("; ", faults)), given >= gate.quorum(), now);
  }

  private static Instant until(Gate gate, Statement statement) {
    Instant valid = statement.at().plus(gate.validity());
    return valid.isBefore(statement.until()) ? valid : statement.until();
  }

  private Optional<String> fault(Gate gate, Dossier dossier, Said said) {
    Statement statement = said.statement();
    if (said.isVoid()) {
      return Optional.of("the plan was edited since");
    }
    if (!now.isBefore(until(gate, statement))) {
      return Optional.of("that expired at " + until(gate, statement));
    }
    if (gate.isOnSomebodysWord() && dossier.isBroughtBy(statement.by())) {
      return Optional.of(
          gate.isAboutRecords()
              ? "the same person wrote the records, or had them read"
              : "it is the word of the same person, and no check has looked");
    }
    if (!statement.evidence().equals(dossier.evidence())) {
      return Optional.of("the evidence is another one since");
    }
    return statement.subject().staleness(gate, current);
  }
}
