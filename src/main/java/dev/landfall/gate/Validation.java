package dev.landfall.gate;

import dev.landfall.gate.Statement.Verb;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a signed statement can be taken now: about this plan, in time, and saying enough. */
public final class Validation {
  /**
   * How far the clock of whoever signs may be behind, and how long signing may take: the key can be
   * with a person who is elsewhere.
   */
  public static final Duration SIGNED_BEFORE_MAX = Duration.ofHours(24);

  /** How far the clock of whoever signs may be ahead. */
  public static final Duration AHEAD_MAX = Duration.ofMinutes(1);

  private static final int REASON_MAX = 1000;

  private Validation() {}

  /** Why a statement cannot be taken, as a clause; absent when it can. */
  public static Optional<String> fault(
      String workload, String planHash, GatePlan plan, GateBook book, Statement said, Instant now) {
    if (!said.workload().equals(workload)) {
      return Optional.of("it is about workload " + said.workload());
    }
    if (!said.plan().equals(planHash)) {
      return Optional.of("it is about another plan: the workload file was given anew; sign again");
    }
    if (said.verb().isOfGlass() != said.gate().equals(Break.GATE)) {
      // Else whoever signs something about one gate would let users by all of them.
      return Optional.of(
          "it says %s of gate %s; %s stands for all gates, and for break-glass and review alone"
              .formatted(said.verb().word(), said.gate(), Break.GATE));
    }
    if (!said.isPlain() || said.reason().length() > REASON_MAX) {
      return Optional.of(
          "its reason has a line break or more than %d characters".formatted(REASON_MAX));
    }
    if (said.verb().needsReason() && said.reason().isBlank()) {
      return Optional.of("it gives no reason");
    }
    return time(plan, book, said, now);
  }

  private static Optional<String> time(GatePlan plan, GateBook book, Statement said, Instant now) {
    if (said.at().isBefore(now.minus(SIGNED_BEFORE_MAX))
        || said.at().isAfter(now.plus(AHEAD_MAX))) {
      return Optional.of(
          "it was signed at %s and it is %s; sign again, with a clock that is right"
              .formatted(said.at(), now));
    }
    if (isSaid(book, said)) {
      return Optional.of("%s has said that before, or something else since".formatted(said.by()));
    }
    if (said.verb().lets() && said.at().isBefore(book.edited())) {
      // Also when the file has become again what it was: that moment is over (ADR 17).
      return Optional.of(
          "it was signed at %s, and the workload file was given anew at %s; sign again"
              .formatted(said.at(), book.edited()));
    }
    Duration max = max(plan, said.verb());
    boolean inTime = said.until().isAfter(now) && !said.until().isAfter(said.at().plus(max));
    return said.verb().lets() && !inTime
        ? Optional.of(
            "it would count until %s; allowed: later than now, and at most %d hours after it was signed"
                .formatted(said.until(), max.toHours()))
        : Optional.empty();
  }

  /** For how long something may count at most. */
  public static Duration max(GatePlan plan, Verb verb) {
    if (verb == Verb.BREAK_GLASS) {
      return GatePlan.Policy.BREAK_MAX;
    }
    return verb.exempts() ? plan.policy().waiverMax() : plan.policy().approvalMax();
  }

  /**
   * Whether a copy of what was taken back could be meant: the order of times says nothing where
   * they are of clocks that differ. What lets nobody by needs only to be another one: whoever
   * declines after a clock was set back must not be told to wait.
   */
  private static boolean isSaid(GateBook book, Statement said) {
    Dossier dossier = book.of(said.gate());
    if (dossier.ever().contains(said)) {
      return true;
    }
    return switch (said.verb()) {
      case APPROVE, WAIVE, NOT_APPLICABLE ->
          dossier.lastOf(said.by()).filter(each -> !each.at().isBefore(said.at())).isPresent();
      case DECLINE, WITHDRAW -> false;
      case BREAK_GLASS, REVIEW ->
          book.breaks().stream().anyMatch(each -> each.statement().equals(said));
    };
  }

  /** Why a gate cannot be approved now, as a clause; absent when it can. */
  public static Optional<String> unready(Gate gate, GateBook book, Statement said, Instant now) {
    if (said.verb() != Verb.APPROVE) {
      return Optional.empty();
    }
    if (gate.isOnSomebodysWord() && book.of(gate.id()).isBroughtBy(said.by())) {
      return Optional.of(
          gate.isAboutRecords()
              ? "%s wrote the records, or had them read; somebody else must".formatted(said.by())
              : "no check has looked, and %s brought it".formatted(said.by()));
    }
    return Judging.unready(gate, book, said.subject(), now)
        .or(() ->
            said.evidence().equals(book.of(gate.id()).evidence())
                ? Optional.empty()
                : Optional.of("the evidence is another one than was signed; look again"));
  }
}
