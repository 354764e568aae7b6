package dev.landfall.engine;

import dev.landfall.engine.Journal.VersionConflict;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Event;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
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
          Event registered = new Event.Registered(workload, planHash, goal);
          return new Answer(append(stream, List.of(registered), by, why), true);
        }
        // First, so that a refusal leaves the file as it was as well.
        refuseAtOnce(stream.current(), new Input.Ask.Reach(goal));
        Answer amended = ask(stream, new Input.Ask.Amend(workload, planHash), by, why);
        Answer asked = ask(stream, new Input.Ask.Reach(goal), by, why);
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
