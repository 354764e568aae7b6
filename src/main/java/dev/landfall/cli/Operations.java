package dev.landfall.cli;

import dev.landfall.engine.Archived;
import dev.landfall.engine.Journal;
import dev.landfall.problem.Finding;
import dev.landfall.promotion.FlightReport;
import dev.landfall.promotion.Goal;
import dev.landfall.promotion.Itinerary;
import dev.landfall.promotion.ModelAdvice;
import dev.landfall.rehearsal.Timing;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the verbs need of the rest of the program. Opened on one data folder; closed when the verb
 * has ended.
 *
 * <p>Every method may throw {@link dev.landfall.problem.OutsideException}, which ends the command
 * with {@link Exit#UNREACHABLE} and its message. A refusal is no exception but an {@link Ended}.
 */
public interface Operations extends AutoCloseable {
  /**
   * An order and who gave it.
   *
   * @param why the reason given; empty when none was
   */
  record Order(String workload, String by, String why) {}

  /**
   * What would happen.
   *
   * @param planHash what evidence and sign-offs are about
   * @param legs the steps in their order
   * @param findings what stands in the way or should be known; empty when nothing was looked at
   */
  record Plan(
      String workload,
      String planHash,
      Goal goal,
      List<Itinerary.Leg> legs,
      List<Finding> findings) {
    public Plan {
      legs = List.copyOf(legs);
      findings = List.copyOf(findings);
    }
  }

  /**
   * A figure.
   *
   * @param name one or two words: {@code lag}
   * @param unit what the value counts: {@code bytes}, {@code ms}, {@code rows}, {@code %}
   */
  record Measure(String name, long value, String unit) {}

  /**
   * Where a promotion stands.
   *
   * @param state one of the states of the reference: {@code replicating}
   * @param goal what it moves towards
   * @param since when the state was reached; absent while the workload is only registered
   * @param users the side that users are on: {@code source}, {@code target} or {@code both}
   * @param owner the side that accepts writes; empty while none does
   * @param waits what it waits for, as clauses; empty at rest
   * @param trouble what is wrong, as a sentence; absent when nothing is
   * @param measures progress, lag and rates; the most telling first
   * @param flight what is known of the flight that is judged; absent when none is
   * @param notes what else should be known, as sentences: what was rehearsed
   */
  record Status(
      String workload,
      String state,
      String goal,
      Optional<Instant> since,
      String users,
      Optional<String> owner,
      List<String> waits,
      Optional<String> trouble,
      List<Measure> measures,
      Optional<FlightReport> flight,
      List<String> notes) {
    public Status {
      waits = List.copyOf(waits);
      measures = List.copyOf(measures);
      notes = List.copyOf(notes);
    }

    /** While no flight is judged, without notes. */
    public Status(
        String workload,
        String state,
        String goal,
        Optional<Instant> since,
        String users,
        Optional<String> owner,
        List<String> waits,
        Optional<String> trouble,
        List<Measure> measures) {
      this(
          workload,
          state,
          goal,
          since,
          users,
          owner,
          waits,
          trouble,
          measures,
          Optional.empty(),
          List.of());
    }
  }

  /**
   * How an order ended.
   *
   * @param code why it was not done, as in {@code docs/reference/errors.md}; empty when it was
   * @param state the state it ended in
   * @param message one sentence for people, with what to do next
   * @param unattended whether links go on that nobody is known to drive from now on
   */
  record Ended(
      Exit exit, String code, String workload, String state, String message, boolean unattended) {}

  /**
   * How a rehearsal ended.
   *
   * @param there how long the cutover took; absent when it did not pass, as is {@code back}
   */
  record Rehearsed(Ended ended, Optional<Timing> there, Optional<Timing> back) {}

  /** Is told whenever something changed that people may want to see; must return at once. */
  @FunctionalInterface
  interface Watcher {
    void seen(Status status);
  }

  /** Looks at both sides for everything that would break later; changes nothing. */
  List<Finding> check(Workload workload);

  /** The models of promotion side by side; changes nothing. */
  ModelAdvice models(Workload workload);

  /** What would happen on the way to a goal; changes nothing. */
  Plan plan(Workload workload, Goal goal);

  /** Begins or goes on, and returns when the goal is reached or cannot be. */
  Ended promote(Workload workload, Goal until, Order order, Watcher watcher);

  /**
   * What is to be tried on the promoted clones of a rehearsal.
   *
   * @param program its path; run without arguments, and by no shell
   * @param role of the target's servers, which may work on the clones meanwhile
   * @param limit how long it may take; more than nothing
   * @param said is told each line that the program prints
   */
  record Tests(Path program, String role, Duration limit, Consumer<String> said) {}

  /**
   * Promotes clones of the target's data and rolls them back; returns when it is over.
   *
   * @param tests absent for nothing
   */
  Rehearsed rehearse(Order order, Optional<Tests> tests, Watcher watcher);

  /** Where all promotions in the data folder stand, in the order of their beginning. */
  List<Status> status();

  /** Brings users and every write back to the source. */
  Ended rollback(Order order, Watcher watcher);

  /** Severs the link for ever. */
  Ended complete(Order order, Watcher watcher);

  /**
   * Goes on without a side that is lost for good, with what the other has; refused while the side
   * answers.
   */
  Ended giveUp(Order order, Side lost, Watcher watcher);

  /**
   * Takes the flight that is being judged for passed, because a person says so.
   *
   * @param flight its name; refused when it is another that is being judged
   */
  Ended goOn(Order order, String flight);

  /**
   * Leads the users of a flight and of all before it to the target, and all others to the source;
   * returns once they are led so, or cannot be.
   *
   * @param flight its name, ahead or back; absent for nobody
   */
  Ended fly(Order order, Optional<String> flight, Watcher watcher);

  /** Begins nothing new until resumed; what is under way is finished or taken back. */
  Ended pause(Order order);

  /** Goes on after a pause, or after a person has looked at a parked promotion. */
  Ended resume(Order order, Watcher watcher);

  /** What is asked about gates. */
  GateOperations gates();

  /** What happened, oldest first; empty when the workload is not known. */
  List<Journal.Entry> history(String workload);

  /** Reads the whole history and checks that nothing in it was changed (I10). */
  Journal.Audit audit();

  /** Whether the history is, or goes on from, one whose last event had this hash. */
  boolean goesOnFrom(String headHash);

  /**
   * Puts all that speaks for a promotion into one new file, which {@link #verify} checks.
   *
   * @return what is in it; with a fault, and no file, when the history cannot be trusted; absent
   *     when the workload is not known
   */
  Optional<Archived> export(String workload, Path file);

  /** Checks an archive; asks nothing but the file. */
  Archived verify(Path file);

  @Override
  void close();
}
