package dev.landfall.engine;

import dev.landfall.engine.Journal.Entry;
import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Person;
import dev.landfall.workload.Workload;
import java.util.List;
import java.util.Optional;

/**
 * Whether what the history says of gates is true: each statement was signed by whom it names, with
 * the key that the workload file had for that person at that time, it could be taken as the
 * promotion stood then, and all evidence is there.
 */
public final class GateAudit {
  private final Optional<EvidenceStore> store;
  private Optional<GatePlan> plan = Optional.empty();
  private Optional<Promotion> before = Optional.empty();

  private GateAudit(Optional<EvidenceStore> store) {
    this.store = store;
  }

  /**
   * Reads the history of one workload, oldest first.
   *
   * @return the first thing that is not true; absent when all is
   */
  public static Optional<String> fault(List<Entry> history, EvidenceStore store) {
    return fault(history, new GateAudit(Optional.of(store)));
  }

  /** As {@link #fault}, where the evidence is not at hand: only plans and signatures. */
  public static Optional<String> unsigned(List<Entry> history) {
    return fault(history, new GateAudit(Optional.empty()));
  }

  private static Optional<String> fault(List<Entry> history, GateAudit audit) {
    return history.stream().flatMap(entry -> audit.faultOf(entry).stream()).findFirst();
  }

  private Optional<String> faultOf(Entry entry) {
    Event event = History.event(entry);
    Optional<String> fault = faultOf(entry, event);
    if (fault.isPresent()) {
      return fault;
    }
    try {
      before = Optional.of(History.after(before, entry, event));
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("entry %d: %s".formatted(entry.sequence(), e.getMessage()));
    }
  }

  private Optional<String> faultOf(Entry entry, Event event) {
    return switch (event) {
      case Event.Registered registered ->
          planned(entry, registered.workload(), registered.planHash());
      case Event.Amended amended -> planned(entry, amended.workload(), amended.planHash());
      case Event.GateSigned said -> unsigned(entry, said.signed()).or(() -> untakable(entry, said));
      default -> lost(entry, History.evidence(event));
    };
  }

  /**
   * People sign the hash of a plan, so what is under that hash has to be that plan: else whoever
   * chains a history anew could put other gates, or other people, under what was signed.
   */
  private Optional<String> planned(Entry entry, Workload workload, String planHash) {
    plan = workload.gates();
    String found = WorkloadJson.planHash(workload);
    return plan.isEmpty() || found.equals(planHash)
        ? Optional.empty()
        : Optional.of(
            "entry %d says that its plan has the hash %s, which is %s"
                .formatted(entry.sequence(), planHash, found));
  }

  private Optional<String> unsigned(Entry entry, Statement.Signed signed) {
    Statement said = signed.statement();
    boolean own =
        plan.flatMap(each -> each.person(said.by()))
            .flatMap(Person::key)
            .filter(signed.key()::equals)
            .isPresent();
    return own && said.workload().equals(entry.workload()) && Signatures.holds(signed)
        ? Optional.empty()
        : Optional.of(
            "entry %d says that %s signed \"%s\" for gate %s, and the key of %s did not"
                .formatted(
                    entry.sequence(), said.by(), said.verb().word(), said.gate(), said.by()));
  }

  /**
   * A signature proves who said it, and not that they may: whoever has a key of the file and the
   * data folder could append what this program would not have taken.
   */
  private Optional<String> untakable(Entry entry, Event.GateSigned said) {
    Statement statement = said.signed().statement();
    return before
        .map(promotion -> Decider.decide(promotion, new Input.Ask.Sign(said.signed()), said.at()))
        .filter(Decision.Refused.class::isInstance)
        .map(decision ->
            "entry %d says that %s signed \"%s\" for gate %s, and it could not be taken: %s"
                .formatted(
                    entry.sequence(),
                    statement.by(),
                    statement.verb().word(),
                    statement.gate(),
                    ((Decision.Refused) decision).message()));
  }

  private Optional<String> lost(Entry entry, List<Evidence> evidence) {
    return evidence.stream().flatMap(each -> lost(entry, each).stream()).findFirst();
  }

  private Optional<String> lost(Entry entry, Evidence evidence) {
    if (store.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<byte[]> content = store.get().read(evidence.sha256());
      return content.isPresent() && content.get().length == evidence.bytes()
          ? Optional.empty()
          : Optional.of(
              "the evidence of entry %d is gone: %s"
                  .formatted(entry.sequence(), evidence.sha256()));
    } catch (OutsideException e) {
      return Optional.of(
          "the evidence of entry %d: %s".formatted(entry.sequence(), e.getMessage()));
    }
  }
}
