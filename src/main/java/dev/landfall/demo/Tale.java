package dev.landfall.demo;

import dev.landfall.demo.LandfallCommand.Ended;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A run of the demo as it is told: what is going on, what was done, and what was seen of it. */
final class Tale {
  private static final String EXPLAINED_INDENT = "       ";
  private static final int EXPLAINED_COLUMNS = 93;

  private final World world;
  private final Customers customers;
  private final Duration peace;
  private final List<ReportPage.Mark> marks = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<Window> windows = new ArrayList<>();
  private Report.Writes writes = new Report.Writes(0, 0, 0, 0, 0, 0, 0);
  private String reason = "";
  private volatile String phase = "starting";
  private volatile Consumer<String> teller = _ -> {};

  /** When a verb that moves users ran, by {@link System#nanoTime}. */
  record Window(long fromNanos, long toNanos) {}

  /** Landfall did something else than it should in this run. */
  static final class UnexpectedException extends Exception {
    UnexpectedException(String message) {
      super(message);
    }
  }

  /**
   * Begins a tale.
   *
   * @param peace how long customers shop after each step
   */
  Tale(World world, Customers customers, Duration peace) {
    this.world = world;
    this.customers = customers;
    this.peace = peace;
  }

  /** From now on it is told there. */
  void tellOn(Consumer<String> where) {
    teller = where;
  }

  World world() {
    return world;
  }

  Customers customers() {
    return customers;
  }

  LandfallCommand landfall() {
    return world.landfall();
  }

  String file() {
    return world.workloadFile().toString();
  }

  /** What goes on, in a few words. */
  String phase() {
    return phase;
  }

  void phase(String now) {
    phase = now;
  }

  void say(String line) {
    teller.accept(line);
  }

  /** Says that something happened now, and notes it. */
  void tell(String words) {
    mark(words);
    say("%3d s  %s".formatted(second(), words));
  }

  /** Says more about what was said last. */
  void explain(String words) {
    var line = new StringBuilder();
    for (String word : words.strip().split("\\s+")) {
      if (line.length() + 1 + word.length() > EXPLAINED_COLUMNS) {
        say(EXPLAINED_INDENT + line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    say(EXPLAINED_INDENT + line);
  }

  /** Lets the customers shop for a while. */
  void peace(String what) throws InterruptedException {
    phase = what;
    Thread.sleep(peace);
  }

  /** Runs a verb that must end well. */
  void step(String done, String... verb)
      throws UnexpectedException, SQLException, InterruptedException {
    phase = "landfall " + verb[0];
    long from = System.nanoTime();
    Ended ended = landfall().run(verb);
    ran(from);
    finish(ended, done);
  }

  /** A verb that moves users ran from then until now. */
  void ran(long fromNanos) {
    windows.add(new Window(fromNanos, System.nanoTime()));
  }

  /** Notes the end of a verb that must have ended well, and looks whether anybody was harmed. */
  void finish(Ended ended, String done)
      throws UnexpectedException, SQLException, InterruptedException {
    mark(done);
    require(ended);
    check(done);
  }

  void require(Ended ended) throws UnexpectedException {
    if (ended.code() != 0) {
      throw new UnexpectedException(
          "landfall " + ended.verb() + " ended with " + ended.code() + ": " + ended.says());
    }
  }

  /** Notes that something happened now. */
  void mark(String words) {
    marks.add(new ReportPage.Mark(second(), words));
  }

  /** The second of the run that it is. */
  int second() {
    long nanos = System.nanoTime() - customers.traffic().startNanos();
    return (int) (nanos / 1_000_000_000L);
  }

  /** Compares what customers were promised with what the owner of the data has. */
  void check(String done) throws SQLException, InterruptedException {
    LedgerCheck.Verdict verdict;
    DemoSide owner = world.owner();
    try (Connection database = owner.connect()) {
      verdict = LedgerCheck.run(customers.ledgers(), database);
    }
    note(verdict);
    long planted = customers.traffic().planted();
    say(
        String.format(
            Locale.ROOT,
            "%3d s  %-30s %d failed requests%s",
            marks.getLast().second(),
            done,
            customers.traffic().failed(),
            planted == 0 ? "" : " besides " + planted + " planted ones"));
    explain(
        String.format(
            Locale.ROOT,
            "%,d acknowledged writes looked up on the %s: %d missing, %d duplicated, %d other"
                + " faults",
            verdict.acknowledged(),
            owner.name(),
            verdict.missing(),
            verdict.duplicated(),
            verdict.stale() + verdict.unexpected() + verdict.unbalanced()));
  }

  /** What one check has seen stays seen. */
  void note(LedgerCheck.Verdict found) {
    writes =
        new Report.Writes(
            found.acknowledged(),
            Math.max(writes.missing(), found.missing()),
            Math.max(writes.duplicated(), found.duplicated()),
            Math.max(writes.stale(), found.stale()),
            Math.max(writes.unexpected(), found.unexpected()),
            Math.max(writes.unbalanced(), found.unbalanced()),
            found.unknown());
    found.findings().forEach(this::problem);
  }

  /** Notes something that should not have happened. */
  void problem(String what) {
    if (!problems.contains(what)) {
      problems.add(what);
    }
  }

  /** Says why it ended as it did. */
  void reason(String why) {
    reason = why;
  }

  String reason() {
    return reason;
  }

  Report.Writes writes() {
    return writes;
  }

  List<ReportPage.Mark> marks() {
    return List.copyOf(marks);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  List<Window> windows() {
    return List.copyOf(windows);
  }
}
