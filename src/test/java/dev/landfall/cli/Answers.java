package dev.landfall.cli;

import dev.landfall.engine.Archived;
import dev.landfall.engine.Journal;
import dev.landfall.gate.Statement;
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
import java.util.Set;

/** Answers from a list, and remembers what it was asked. */
final class Answers implements Wiring, Operations {
  final List<String> asked = new ArrayList<>();
  final List<Finding> findings = new ArrayList<>();
  Exit exit = Exit.DONE;
  Estimate.Size size = new Estimate.Size.Unknown("nobody was asked");
  ModelAdvice.Lacking lacking = ModelAdvice.Lacking.NOTHING;
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
  public Exit probeAgent(ProbeAgentOrder order) {
    asked.add("" + order);
    return Exit.DONE;
  }

  @Override
  public HaproxyText haproxy(HaproxyOrder order) {
    asked.add("" + order);
    if (!order.folder().startsWith("/")) {
      throw new IllegalArgumentException("\"" + order.folder() + "\" is no whole path");
    }
    return new HaproxyText("the include\n", "the frontend\n");
  }

  @Override
  public String haproxyLua() {
    return "the Lua\n";
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
  public Rehearsed rehearse(Order order, Optional<Tests> tests, Watcher watcher) {
    asked.add("rehearse " + order.workload());
    tests.ifPresent(
        each -> asked.add(each.program() + " as " + each.role() + " within " + each.limit()));
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
    return ModelAdvice.of(workload, _ -> size, lacking, Instant.EPOCH);
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

  GateOperations.Report report =
      new GateOperations.Report(
          "shop",
          false,
          "abc",
          "promote",
          List.of(),
          100,
          List.of(),
          List.of(),
          true,
          Optional.empty());

  boolean unattended;

  private Ended ended(String verb, Order order) {
    asked.add(verb + " " + order.workload() + " by " + order.by() + ": " + order.why());
    return new Ended(exit, "", order.workload(), "staged", "it is done", unattended);
  }

  @Override
  public GateOperations gates() {
    return new GateOperations() {
      @Override
      public Optional<Statement> draft(Order order, GateOperations.Saying saying) {
        return Optional.empty();
      }

      @Override
      public Ended submit(Order order, Statement statement, String signature) {
        return ended("submit " + statement.verb().word() + " of", order);
      }

      @Override
      public Optional<Report> report(String workload) {
        return workload.equals("shop") ? Optional.of(report) : Optional.empty();
      }

      @Override
      public Ended run(Order order, String gate) {
        return ended("run " + gate + " of", order);
      }

      @Override
      public Ended attach(Order order, String gate, boolean executed, List<Brought> brought) {
        var what = brought.stream().map(Brought::what).toList();
        return ended(
            "attach " + what + (executed ? " executed" : "") + " to " + gate + " of", order);
      }

      @Override
      public Ended sign(Order order, Saying saying, Signer signer) {
        return ended(saying.verb().word() + " " + saying.gate() + " of", order);
      }
    };
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
  public boolean goesOnFrom(String headHash) {
    return headHash.equals("abc");
  }

  @Override
  public Optional<Archived> export(String workload, Path file) {
    return Optional.of(verify(file));
  }

  @Override
  public Archived verify(Path file) {
    return new Archived(
        "shop", 7, "abc", 2, 34, List.of("ann signed, 1 times"), fault, Set.of("abc"));
  }

  @Override
  public void close() {}
}
