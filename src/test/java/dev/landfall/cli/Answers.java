package dev.landfall.cli;

import dev.landfall.engine.Journal;
import dev.landfall.problem.Finding;
import dev.landfall.problem.OutsideException;
import dev.landfall.promotion.Estimate;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Itinerary;
import dev.landfall.promotion.ModelAdvice;
import dev.landfall.rehearsal.Timing;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers from a list, and remembers what it was asked. */
final class Answers implements Wiring, Operations {
  final List<String> asked = new ArrayList<>();
  final List<Finding> findings = new ArrayList<>();
  Exit exit = Exit.DONE;
  boolean broken;
  boolean fails;
  Optional<String> fault = Optional.empty();

  static final Status STAGED =
      new Status(
          "shop",
          "staged",
          "promoted",
          Optional.of(Instant.EPOCH),
          "source",
          Optional.of("source"),
          List.of("lag below 2s"),
          Optional.empty(),
          List.of(new Measure("copied", 41, "%"), new Measure("rate", 1_500_000, "bytes/s")));

  @Override
  public Exit controller(Path data) {
    asked.add("controller");
    return exit;
  }

  @Override
  public Operations operations(Path data) {
    if (broken) {
      throw new OutsideException(
          CliProblem.UNKNOWN, "cannot open the state: it is gone; bring it back");
    }
    if (fails) {
      throw new IllegalStateException("this cannot be");
    }
    return this;
  }

  @Override
  public Exit addressAgent(AddressAgentOrder order) {
    throw new AssertionError("no test here runs an agent");
  }

  @Override
  public Exit router(RouterOrder order) {
    return Exit.DONE;
  }

  @Override
  public Exit demo(DemoOrder order) {
    return Exit.DONE;
  }

  @Override
  public Rehearsed rehearse(Order order, Watcher watcher) {
    asked.add("rehearse " + order.workload());
    var timing =
        new Timing(
            Duration.ofMillis(90),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            Duration.ofMillis(30),
            Duration.ofMillis(10),
            41);
    return new Rehearsed(
        new Ended(exit, "", order.workload(), "migrated", "it was rehearsed", false),
        Optional.of(timing),
        Optional.of(timing));
  }

  @Override
  public List<Finding> check(Workload workload) {
    return findings;
  }

  @Override
  public ModelAdvice models(Workload workload) {
    return ModelAdvice.of(
        workload, _ -> new Estimate.Size.Unknown("nobody was asked"), Instant.EPOCH);
  }

  @Override
  public Plan plan(Workload workload, Goal goal) {
    var leg =
        new Itinerary.Leg(
            "staged",
            "copy",
            List.of(),
            Itinerary.Undo.FREELY,
            false,
            Optional.of(
                new Estimate(Optional.of(Duration.ofMinutes(130)), Optional.empty(), "9 GB")));
    return new Plan(workload.name(), "abc", goal, List.of(leg), findings);
  }

  @Override
  public Ended promote(Workload workload, Goal until, Order order, Watcher watcher) {
    for (int i = 0; i < 3; i++) {
      watcher.seen(STAGED);
    }
    return ended("promote", order);
  }

  @Override
  public List<Status> status() {
    return List.of(STAGED);
  }

  @Override
  public Ended rollback(Order order, Watcher watcher) {
    return ended("rollback", order);
  }

  @Override
  public Ended complete(Order order, Watcher watcher) {
    return ended("complete", order);
  }

  @Override
  public Ended giveUp(Order order, Side lost, Watcher watcher) {
    return ended("give up the " + lost.word() + " of", order);
  }

  @Override
  public Ended pause(Order order) {
    return ended("pause", order);
  }

  @Override
  public Ended resume(Order order, Watcher watcher) {
    return ended("resume", order);
  }

  @Override
  public Ended goOn(Order order, String flight) {
    return ended("go on with " + flight + " of", order);
  }

  @Override
  public Ended fly(Order order, Optional<String> flight, Watcher watcher) {
    return ended("fly to " + flight.orElse("nobody") + " with", order);
  }

  boolean unattended;

  private Ended ended(String verb, Order order) {
    asked.add(verb + " " + order.workload() + " by " + order.by() + ": " + order.why());
    return new Ended(exit, "", order.workload(), "staged", "it is done", unattended);
  }

  @Override
  public List<Journal.Entry> history(String workload) {
    var draft = new Journal.Draft("Registered", "{}", Instant.EPOCH, "ann", "");
    return List.of(new Journal.Entry(1, workload, 1, draft, "0", "abc"));
  }

  @Override
  public Journal.Audit audit() {
    return new Journal.Audit(7, "abc", fault);
  }

  @Override
  public void close() {}
}
