package dev.landfall.engine;

import dev.landfall.gate.Evidence;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.promotion.Event;
import dev.landfall.workload.Calendar;
import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.About;
import dev.landfall.workload.Gate.Flag;
import dev.landfall.workload.Gate.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What really happened to one gate, and whether that is enough, as the reference tells it: written
 * anew, so that it shares no mistake with what it is compared to.
 */
final class GateFacts {
  /**
   * A moment, and what is there at it.
   *
   * @param plan the hash of the plan in force
   * @param edition how many edits there were
   * @param target what the target runs on; null when nobody looked
   */
  record Present(Instant at, String plan, int edition, @Nullable String target) {}

  /** Something was looked at, or is. */
  record Mark(Cast by, Instant at, String plan, @Nullable String target, boolean passed) {}

  /** What a person said last, and in which edition of the file. */
  record Word(Cast by, Statement said, int edition) {
    boolean stands(int now) {
      return edition == now && said.verb() != Verb.WITHDRAW;
    }
  }

  private Event.@Nullable GateCheckBegun run;
  private @Nullable Mark executed;
  private @Nullable Mark documented;
  private Set<String> executedBy = Set.of();
  private Set<String> documentedBy = Set.of();
  private final Map<Cast, Word> words = new EnumMap<>(Cast.class);

  // What happens.

  /** Absent when all is well. */
  Optional<String> begun(Event.GateCheckBegun begun) {
    boolean goesOn = run != null && begun.at().isBefore(run.until());
    run = begun;
    return goesOn ? Optional.of("a check began while another one goes on") : Optional.empty();
  }

  /** Absent when all is well. */
  Optional<String> checked(Event.GateChecked done) {
    Event.GateCheckBegun begun = run;
    if (begun == null || !begun.token().equals(done.token())) {
      return Optional.of("a check is counted that does not go on: " + done.token());
    }
    run = null;
    executed = mark(done.by(), done.at(), begun.subject(), done.passed());
    documented = executed;
    executedBy = hashes(done.evidence());
    documentedBy = executedBy;
    return begun.subject().equals(done.subject())
        ? Optional.empty()
        : Optional.of("a check ended about something else than it began about");
  }

  void attached(Event.GateAttached brought) {
    documented = mark(brought.by(), brought.at(), brought.subject(), true);
    documentedBy = hashes(brought.evidence());
    if (brought.executed()) {
      run = null;
      executed = documented;
      executedBy = documentedBy;
    }
  }

  void said(Word word) {
    words.put(word.by(), word);
  }

  private static Mark mark(
      String by, Instant at, dev.landfall.gate.Subject subject, boolean passed) {
    return new Mark(Cast.of(by), at, subject.plan(), subject.target().orElse(null), passed);
  }

  private static Set<String> hashes(List<Evidence> evidence) {
    var all = new TreeSet<String>();
    evidence.forEach(each -> all.add(each.sha256()));
    return all;
  }

  // What follows.

  /** Who tested for this plan, of what counts or would. */
  Set<Cast> testers(String plan) {
    var all = EnumSet.noneOf(Cast.class);
    for (Mark mark : marks()) {
      if (mark.plan().equals(plan)) {
        all.add(mark.by());
      }
    }
    if (run != null && run.subject().plan().equals(plan)) {
      all.add(Cast.of(run.by()));
    }
    return all;
  }

  /** Who has said something that lets users by, and not taken it back, in this edition. */
  Set<Cast> approvers(int edition) {
    var all = EnumSet.noneOf(Cast.class);
    words.values().stream()
        .filter(word -> word.stands(edition) && word.said().verb().lets())
        .forEach(word -> all.add(word.by()));
    return all;
  }

  private List<Mark> marks() {
    var all = new ArrayList<Mark>();
    if (executed != null) {
      all.add(executed);
    }
    if (documented != null) {
      all.add(documented);
    }
    return all;
  }

  /** Whether this person brought any of what there is to look at. */
  private boolean isOf(Cast who) {
    return marks().stream().anyMatch(mark -> mark.by() == who);
  }

  private static boolean isOnAWord(Gate gate) {
    boolean unchecked =
        gate.kind() == Kind.MACHINE
            && gate.check().isEmpty()
            && gate.needs().contains(Flag.EXECUTED);
    return unchecked || readsRecords(gate);
  }

  private static boolean readsRecords(Gate gate) {
    return gate.check().filter(each -> each.kind().equals("records")).isPresent();
  }

  /** The hashes of all that there is to look at, as a statement names them. */
  String evidence() {
    var all = new TreeSet<>(executedBy);
    all.addAll(documentedBy);
    return all.isEmpty() ? Statement.NOTHING : String.join("+", all);
  }

  /** Why a gate does not let users by; absent when it does. */
  Optional<String> fault(Gate gate, Optional<Calendar> calendar, Present now) {
    boolean exempted =
        words.values().stream()
            .anyMatch(word ->
                word.stands(now.edition())
                    && (word.said().verb() == Verb.WAIVE
                        || word.said().verb() == Verb.NOT_APPLICABLE)
                    && now.at().isBefore(word.said().until()));
    if (exempted) {
      return Optional.empty();
    }
    if (gate.kind() == Kind.CALENDAR) {
      return calendar.filter(each -> isOpen(each, now.at())).isPresent()
          ? Optional.empty()
          : Optional.of("is closed");
    }
    return unready(gate, now)
        .or(() ->
            words.values().stream()
                .filter(word -> word.stands(now.edition()) && word.said().verb() == Verb.DECLINE)
                .findFirst()
                .map(word -> "was declined by " + word.by()))
        .or(() -> unvalidated(gate, now));
  }

  /** Why nobody can validate it; absent when somebody can. */
  Optional<String> unready(Gate gate, Present now) {
    if (run != null && now.at().isBefore(run.until())) {
      return Optional.of("is being checked");
    }
    if (executed != null && !executed.passed()) {
      return Optional.of("has failed");
    }
    if (gate.needs().contains(Flag.EXECUTED) || readsRecords(gate)) {
      if (run != null) {
        return Optional.of("has a check that never ended");
      }
      if (isPast(gate, executed, now)) {
        return Optional.of("is not executed, or no more: " + executed);
      }
    }
    return gate.needs().contains(Flag.DOCUMENTED) && isPast(gate, documented, now)
        ? Optional.of("is not documented, or no more: " + documented)
        : Optional.empty();
  }

  private static boolean isPast(Gate gate, @Nullable Mark mark, Present now) {
    return mark == null
        || !mark.plan().equals(now.plan())
        || !now.at().isBefore(mark.at().plus(gate.validity()))
        || isAboutAnother(gate, mark.target(), now);
  }

  private static boolean isAboutAnother(Gate gate, @Nullable String target, Present now) {
    return gate.about() == About.TARGET && (target == null || !target.equals(now.target()));
  }

  private Optional<String> unvalidated(Gate gate, Present now) {
    if (!gate.needs().contains(Flag.VALIDATED) && !isOnAWord(gate)) {
      return Optional.empty();
    }
    long good = words.values().stream().filter(word -> counts(gate, word, now)).count();
    return good >= gate.quorum()
        ? Optional.empty()
        : Optional.of("is validated by %d of %d".formatted(good, gate.quorum()));
  }

  private boolean counts(Gate gate, Word word, Present now) {
    Statement said = word.said();
    Instant valid = said.at().plus(gate.validity());
    return said.verb() == Verb.APPROVE
        && word.stands(now.edition())
        && said.plan().equals(now.plan())
        && now.at().isBefore(valid)
        && now.at().isBefore(said.until())
        && said.evidence().equals(evidence())
        && !isAboutAnother(gate, said.target().orElse(null), now)
        && !(isOnAWord(gate) && isOf(word.by()));
  }

  /** Why this approval cannot be taken; absent when it can. */
  Optional<String> unapprovable(Gate gate, Cast by, Statement said, Present now) {
    if (isOnAWord(gate) && isOf(by)) {
      return Optional.of("it is the word of the same person");
    }
    return unready(gate, now)
        .or(() ->
            said.evidence().equals(evidence())
                ? Optional.empty()
                : Optional.of("the evidence is another one"));
  }

  /** By windows that are the same each day, and freezes that come once and last some seconds. */
  private static boolean isOpen(Calendar calendar, Instant at) {
    LocalDateTime shown = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
    LocalTime time = shown.toLocalTime();
    boolean inWindow =
        calendar.windows().isEmpty()
            || calendar.windows().stream()
                .anyMatch(each -> !time.isBefore(each.from()) && time.isBefore(each.to()));
    return inWindow
        && calendar.freezes().stream()
            .noneMatch(each ->
                !shown.isBefore(each.start())
                    && Duration.between(each.start(), shown).compareTo(each.time()) < 0);
  }
}
