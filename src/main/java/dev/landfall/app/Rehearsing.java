package dev.landfall.app;

import dev.landfall.adapter.memory.MemoryBoard;
import dev.landfall.adapter.memory.MemoryJournal;
import dev.landfall.adapter.memory.MemoryRouter;
import dev.landfall.cli.Exit;
import dev.landfall.cli.Operations.Ended;
import dev.landfall.cli.Operations.Order;
import dev.landfall.cli.Operations.Rehearsed;
import dev.landfall.cli.Operations.Tests;
import dev.landfall.cli.Operations.Watcher;
import dev.landfall.engine.Adapters;
import dev.landfall.engine.Desk;
import dev.landfall.engine.RefusedException;
import dev.landfall.engine.Rehearsal;
import dev.landfall.engine.Rehearsal.Outcome;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.Refusal;
import dev.landfall.promotion.Rehearsals.Underway;
import dev.landfall.rehearsal.Timing;
import dev.landfall.rehearsal.Trial;
import dev.landfall.routing.Router;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Rehearsals as a verb: what is begun is in the journal, and ends there, whatever dies. */
final class Rehearsing {
  private static final String DEAD =
      "its process ended in the middle of it; what it had made was removed";

  private final Desk desk;
  private final Adapters adapters;
  private final InstantSource clock;

  Rehearsing(Desk desk, Adapters adapters, InstantSource clock) {
    this.desk = desk;
    this.adapters = adapters;
    this.clock = clock;
  }

  /** Rehearses a promotion that is known. */
  Rehearsed rehearse(Promotion promotion, Order order, Optional<Tests> tests, Watcher watcher) {
    Optional<Trial> trial = tests.map(each -> trial(promotion.workload(), each));
    var stage = new Rehearsal.Stage(new MemoryJournal(), new MemoryBoard(), this::plane);
    try (var rehearsal = new Rehearsal(promotion.workload(), adapters, stage, clock)) {
      if (!rehearsal.claim()) {
        return ended(
            Exit.BLOCKED,
            Refusal.REHEARSING.id(),
            promotion,
            "cannot rehearse "
                + order.workload()
                + ": somebody else does right now; landfall status says when it is over");
      }
      tidy(rehearsal, promotion);
      watcher.seen(StatusView.of(promotion, Optional.empty(), clock.instant(), clock.instant()));
      Underway underway = begin(order, promotion.planHash());
      var ends = new Ends(rehearsal, stage, underway, trial);
      return finish(ends, order, watcher);
    } catch (RefusedException e) {
      return ended(
          e.refusal().blocked() ? Exit.BLOCKED : Exit.REFUSED,
          e.refusal().id(),
          promotion,
          String.valueOf(e.getMessage()));
    }
  }

  private Underway begin(Order order, String planHash) {
    return desk.ask(order.workload(), new Input.Ask.Rehearse(planHash), order.by(), order.why())
        .flatMap(answer -> answer.promotion().rehearsals().underway())
        .orElseThrow(() -> new IllegalStateException("no rehearsal of " + order.workload()));
  }

  /** What a rehearsal that has begun is played with. */
  private record Ends(
      Rehearsal rehearsal, Rehearsal.Stage stage, Underway underway, Optional<Trial> trial) {}

  private static Trial trial(Workload workload, Tests tests) {
    return new TrialProgram(
        workload, tests.program().toAbsolutePath(), tests.role(), tests.limit(), tests.said());
  }

  private Rehearsed finish(Ends ends, Order order, Watcher watcher) {
    Rehearsal rehearsal = ends.rehearsal();
    Underway underway = ends.underway();
    Outcome outcome;
    try {
      var begun = clock.instant();
      outcome =
          rehearsal.run(
              ends.trial(),
              promotion ->
                  watcher.seen(
                      StatusView.rehearsing(
                          StatusView.of(
                              promotion,
                              ends.stage().board().last(promotion.workload().name()),
                              clock.instant(),
                              begun))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while rehearsing " + order.workload(), e);
    }
    // When this fails the journal says that it goes on, and the next look removes the rest.
    rehearsal.remove();
    var ask =
        switch (outcome) {
          case Outcome.Passed passed ->
              new Input.Ask.Rehearsed(
                  underway.token(), passed.found(), passed.there(), passed.back(), passed.tests());
          case Outcome.Blocked blocked ->
              new Input.Ask.RehearsalFailed(underway.token(), words(blocked));
          case Outcome.Failed(String why) -> new Input.Ask.RehearsalFailed(underway.token(), why);
        };
    Promotion promotion = tell(order, ask);
    return switch (outcome) {
      case Outcome.Passed passed -> passed(promotion, passed);
      case Outcome.Blocked blocked ->
          ended(
              Exit.BLOCKED,
              blocked.findings().getFirst().code(),
              promotion,
              "cannot rehearse " + order.workload() + ": " + words(blocked));
      case Outcome.Failed(String why) ->
          ended(
              Exit.BLOCKED,
              Unreached.REHEARSAL_FAILED.id(),
              promotion,
              "the rehearsal of "
                  + order.workload()
                  + " did not pass: "
                  + why
                  + "; nothing of it is left; mend that, and rehearse again");
    };
  }

  private Promotion tell(Order order, Input.Ask ask) {
    return desk.ask(order.workload(), ask, order.by(), "")
        .map(Desk.Answer::promotion)
        .orElseThrow(() -> new IllegalStateException(order.workload() + " is not known any more"));
  }

  private Router plane() {
    var plane = new MemoryRouter(clock, 0);
    List.of(Side.values()).forEach(side -> plane.healthy(side, true));
    return plane;
  }

  /**
   * Removes what a rehearsal has left whose process died; one that goes on stays untouched.
   *
   * @return why it could not be removed; absent when nothing is left, or it goes on
   */
  Optional<String> tidy(Promotion promotion) {
    var stage = new Rehearsal.Stage(new MemoryJournal(), new MemoryBoard(), this::plane);
    try (var rehearsal = new Rehearsal(promotion.workload(), adapters, stage, clock)) {
      if (rehearsal.claim()) {
        tidy(rehearsal, promotion);
      }
      return Optional.empty();
    } catch (OutsideException e) {
      return Optional.of("what a rehearsal has left could not be removed yet: " + e.getMessage());
    }
  }

  private void tidy(Rehearsal rehearsal, Promotion promotion) {
    promotion
        .rehearsals()
        .underway()
        .ifPresent(underway -> {
          rehearsal.remove();
          var dead = new Input.Ask.RehearsalFailed(underway.token(), DEAD);
          tell(new Order(promotion.workload().name(), Identity.here(), ""), dead);
        });
  }

  private static String words(Outcome.Blocked blocked) {
    return blocked.findings().stream()
        .map(each -> each.subject() + ": " + each.seen() + "; " + each.remedy())
        .collect(Collectors.joining("\n  "));
  }

  private static Rehearsed passed(Promotion promotion, Outcome.Passed passed) {
    String name = promotion.workload().name();
    var ended =
        new Ended(
            Exit.DONE,
            "",
            name,
            promotion.stateWord(),
            name
                + " was rehearsed: there "
                + words(passed.there())
                + "; back "
                + words(passed.back())
                + tried(passed.tests())
                + "; nothing of it is left",
            false);
    return new Rehearsed(ended, Optional.of(passed.there()), Optional.of(passed.back()));
  }

  /** As a clause; empty when nothing was tried. */
  static String tried(Optional<String> tests) {
    return tests.map(name -> "; in between " + name + " passed on the clones").orElse("");
  }

  /** A cutover in figures. */
  static String words(Timing timing) {
    return String.format(
        Locale.ROOT,
        "%s (hold %s, fence %s, drain %s, verify %s of %,d rows, open %s)",
        millis(timing.total()),
        millis(timing.holding()),
        millis(timing.fencing()),
        millis(timing.draining()),
        millis(timing.proving()),
        timing.rows(),
        millis(timing.opening()));
  }

  private static String millis(Duration time) {
    return time.toMillis() + " ms";
  }

  /** What is answered when no such promotion is known. */
  static Rehearsed unknown(Ended unknown) {
    return new Rehearsed(unknown, Optional.empty(), Optional.empty());
  }

  private static Rehearsed ended(Exit exit, String code, Promotion promotion, String message) {
    return unknown(
        new Ended(exit, code, promotion.workload().name(), promotion.stateWord(), message, false));
  }
}
