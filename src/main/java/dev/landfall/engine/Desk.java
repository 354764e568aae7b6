package dev.landfall.engine;

import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.gate.Statement;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Evolver;
import dev.landfall.promotion.GateRule;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Refusal;
import dev.landfall.workload.Workload;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Where people's wishes become events. It needs no lease: the journal's version orders them. */
public final class Desk {
  /** How often somebody else may be faster before the wish is given up. */
  private static final int ATTEMPTS_MAX = 50;

  private final Journal journal;
  private final InstantSource clock;

  public Desk(Journal journal, InstantSource clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * What became of a wish.
   *
   * @param promotion the state afterwards
   * @param changed whether anything was appended; when not, it was so already
   */
  public record Answer(Promotion promotion, boolean changed) {}

  /** The promotion of a workload; absent when none is registered. */
  public Optional<Promotion> find(String workload) {
    return new Stream(journal, workload).refresh();
  }

  /**
   * Registers a workload, or takes over an edited file of it, and asks for a goal.
   *
   * @throws RefusedException when the promotion cannot do that in its state; nothing was changed
   */
  public Answer reach(Workload workload, String planHash, Goal goal, String by, String why) {
    var stream = new Stream(journal, workload.name());
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Optional<Promotion> known = stream.refresh();
      try {
        if (known.isEmpty()) {
          Event registered = new Event.Registered(workload, planHash, goal, Optional.of(by));
          return new Answer(append(stream, List.of(registered), by, why), true);
        }
        var reach = new Input.Ask.Reach(goal, Optional.of(by));
        var amend = new Input.Ask.Amend(workload, planHash, Optional.of(by));
        // First, so that a refusal leaves the file as it was as well.
        refuseAtOnce(after(stream.current(), amend), reach);
        Answer amended = ask(stream, amend, by, why);
        if (amended.changed()
            && goal == Goal.PROMOTED
            && GateRule.isLoosened(amended.promotion())) {
          return amended; // users move past gates that are gone by an order of its own
        }
        Answer asked = ask(stream, reach, by, why);
        return new Answer(asked.promotion(), amended.changed() || asked.changed());
      } catch (VersionConflict _) {
        // Somebody was faster: decide again on what they appended.
      }
    }
    throw tooBusy(workload.name());
  }

  /**
   * Asks for something of a registered workload; absent when it is not registered.
   *
   * @throws RefusedException when the promotion cannot do that in its state; nothing was changed
   */
  public Optional<Answer> ask(String workload, Input.Ask ask, String by, String why) {
    // Here, where every wish comes by: whatever decides may then believe the key.
    if (ask instanceof Input.Ask.Sign(Statement.Signed signed) && !Signatures.holds(signed)) {
      throw new RefusedException(
          Refusal.STATEMENT,
          "cannot take what %s says of gate %s: the signature is not that of the key; sign again"
              .formatted(signed.statement().by(), signed.statement().gate()));
    }
    var stream = new Stream(journal, workload);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (stream.refresh().isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(ask(stream, ask, by, why));
      } catch (VersionConflict _) {
        // Somebody was faster: decide again on what they appended.
      }
    }
    throw tooBusy(workload);
  }

  /** As it would be; as it is, where that is refused. */
  private Promotion after(Promotion promotion, Input.Ask ask) {
    if (!(Decider.decide(promotion, ask, clock.instant()) instanceof Decision.Events(var events))) {
      return promotion;
    }
    Promotion after = promotion;
    for (Event event : events) {
      after = Evolver.evolve(after, event);
    }
    return after;
  }

  private void refuseAtOnce(Promotion promotion, Input.Ask ask) {
    if (Decider.decide(promotion, ask, clock.instant())
        instanceof Decision.Refused(var refusal, String message)) {
      throw new RefusedException(refusal, message);
    }
  }

  private Answer ask(Stream stream, Input.Ask ask, String by, String why) throws VersionConflict {
    return switch (Decider.decide(stream.current(), ask, clock.instant())) {
      case Decision.Refused(var refusal, String message) ->
          throw new RefusedException(refusal, message);
      case Decision.Events(List<Event> events) when events.isEmpty() ->
          new Answer(stream.current(), false);
      case Decision.Events(List<Event> events) -> new Answer(append(stream, events, by, why), true);
    };
  }

  private Promotion append(Stream stream, List<Event> events, String by, String why)
      throws VersionConflict {
    Instant now = clock.instant();
    return stream.append(events, now, by, why);
  }

  private static IllegalStateException tooBusy(String workload) {
    return new IllegalStateException(
        "cannot ask for anything of " + workload + ": others kept changing it");
  }
}
