package dev.landfall.demo;

import dev.landfall.demo.DemoOptions.Break;
import dev.landfall.demo.LandfallCommand.Ended;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The journey of a shop from one side to the other while its customers shop, told as it happens.
 * Landfall is used by its command line alone, as anybody would.
 */
public final class Demo {
  private static final Duration THINK = Duration.ofMillis(500);
  private static final long SEED = 20;
  private static final String WORKLOAD = "shop";

  /** A request may come back this much later than its hold ends: it must still be answered. */
  private static final Duration ANSWER_AFTER_HOLD_MAX = Duration.ofMillis(500);

  private final DemoOptions options;
  private final PrintStream out;
  private final boolean terminal;
  private final List<ReportPage.Mark> marks = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<Window> windows = new ArrayList<>();
  private Report.Writes writes = new Report.Writes(0, 0, 0, 0, 0, 0, 0);
  private String reason = "";
  private volatile String phase = "starting";

  /** When a verb that moves users ran. */
  private record Window(long fromNanos, long toNanos) {}

  /**
   * Makes a demo.
   *
   * @param terminal whether {@code out} can be written over
   */
  public Demo(DemoOptions options, PrintStream out, boolean terminal) {
    this.options = options;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Runs it from beginning to end.
   *
   * @return 0 when it ended as it should and nobody was harmed; otherwise 1
   */
  public int run() throws IOException, SQLException, InterruptedException {
    Path folder = Files.createTempDirectory("landfall-demo");
    // The embedded servers tell everything that they do; here only trouble is of interest.
    Logger.getLogger("").setLevel(Level.WARNING);
    out.println("Starting two database servers, two shops and a router in " + folder);
    boolean good = false;
    try (World world = World.open(options, folder)) {
      Report report = visit(world);
      good = report.harmless() && report.problems().isEmpty();
      if (options.report().isPresent()) {
        Files.writeString(options.report().get(), report.json());
      }
      if (options.keep()) {
        keep(world);
      }
    } finally {
      if (good) {
        delete(folder);
      } else {
        out.println("The logs of everything are in " + folder);
      }
    }
    return good ? 0 : 1;
  }

  private Report visit(World world) throws SQLException, InterruptedException {
    out.printf(
        Locale.ROOT,
        "PostgreSQL %d on premises, %d in the cloud, about %,d rows; %d customers come in.%n",
        world.source().major(),
        world.target().major(),
        options.rows(),
        options.customers());
    String outcome = "failed";
    Customers customers = Customers.arrive(world.front(), options.customers(), THINK, SEED);
    try (customers;
        var display = LiveDisplay.start(out, terminal, () -> now(world, customers))) {
      var told = new Telling(world, customers, display);
      try {
        outcome = journey(told);
      } catch (UnexpectedException e) {
        reason = String.valueOf(e.getMessage());
        problems.add(reason);
      }
    }
    // Once more when everybody has gone home and nothing is under way.
    note(LedgerCheck.run(customers.ledgers(), owner(world)));
    Report report = report(world, customers, outcome);
    out.println(ReportPage.of(report, customers.traffic().seconds(), marks));
    return report;
  }

  /** Landfall did something else than it should in this run. */
  private static final class UnexpectedException extends Exception {
    UnexpectedException(String message) {
      super(message);
    }
  }

  private record Telling(World world, Customers customers, LiveDisplay display) {
    LandfallCommand landfall() {
      return world.landfall();
    }

    String file() {
      return world.workloadFile().toString();
    }
  }

  private String journey(Telling told)
      throws UnexpectedException, SQLException, InterruptedException {
    peace("shopping on premises");
    step(told, "copied and in step", "promote", told.file(), "--until", "staged");
    if (options.breaks() == Break.DIVERGE) {
      return diverge(told);
    }
    promote(told);
    peace("shopping in the cloud");
    if (options.breaks() != Break.NOTHING) {
      return "promoted";
    }
    step(told, "rolled back", "rollback", WORKLOAD, "--reason", "to show that it can");
    peace("shopping on premises again");
    step(told, "promoted again", "promote", told.file());
    peace("shopping in the cloud");
    step(told, "completed: the link is cut", "complete", WORKLOAD, "--sever");
    peace("shopping in the cloud for good");
    return "completed";
  }

  private void peace(String what) throws InterruptedException {
    phase = what;
    Thread.sleep(Duration.ofSeconds(options.seconds()));
  }

  private void promote(Telling told)
      throws UnexpectedException, SQLException, InterruptedException {
    if (options.breaks() == Break.NOTHING) {
      step(told, "promoted", "promote", told.file());
      return;
    }
    phase = "promoting, and breaking something";
    long from = System.nanoTime();
    Breaking.Broken broken =
        options.breaks() == Break.KILL
            ? Breaking.killInTheMiddle(told.landfall(), told.world().router(), told.file())
            : Breaking.freezeTarget(told.world(), told.file());
    windows.add(new Window(from, System.nanoTime()));
    if (!broken.struck()) {
      problems.add("the cutover was over before anything could be broken in it");
    }
    finish(told, broken.ended(), "promoted all the same");
  }

  private String diverge(Telling told)
      throws UnexpectedException, SQLException, InterruptedException {
    phase = "a changed row on the target";
    long key = Breaking.changeBehindTheFence(told.world().target());
    mark(told, "customers " + key + " changed behind the fence");
    long from = System.nanoTime();
    Ended promote = told.landfall().run("promote", told.file());
    windows.add(new Window(from, System.nanoTime()));
    Ended status = told.landfall().run("status", WORKLOAD);
    peace("shopping on premises, as before");
    if (promote.code() == 0 || onTarget(told.world())) {
      throw new UnexpectedException("cut over although customers " + key + " differs");
    }
    Optional<String> named =
        Stream.of(promote.output(), List.of(promote.says()), status.output())
            .flatMap(List::stream)
            .filter(line -> line.contains(Long.toString(key)) && line.contains("customers"))
            .findFirst();
    if (named.isEmpty()) {
      throw new UnexpectedException(
          "did not cut over, but did not name customers " + key + " either: " + promote.says());
    }
    mark(told, "not promoted");
    check(told, "not promoted");
    reason = named.get().strip();
    return "refused";
  }

  private void step(Telling told, String done, String... verb)
      throws UnexpectedException, SQLException, InterruptedException {
    phase = "landfall " + verb[0];
    long from = System.nanoTime();
    Ended ended = told.landfall().run(verb);
    windows.add(new Window(from, System.nanoTime()));
    finish(told, ended, done);
  }

  private void finish(Telling told, Ended ended, String done)
      throws UnexpectedException, SQLException, InterruptedException {
    mark(told, done);
    if (ended.code() != 0) {
      throw new UnexpectedException(
          "landfall " + ended.verb() + " ended with " + ended.code() + ": " + ended.says());
    }
    check(told, done);
  }

  private void mark(Telling told, String words) {
    long nanos = System.nanoTime() - told.customers().traffic().startNanos();
    marks.add(new ReportPage.Mark((int) (nanos / 1_000_000_000L), words));
  }

  private void check(Telling told, String done) throws SQLException, InterruptedException {
    LedgerCheck.Verdict verdict;
    String where = onTarget(told.world()) ? "target" : "source";
    try (Connection database = owner(told.world())) {
      verdict = LedgerCheck.run(told.customers().ledgers(), database);
    }
    note(verdict);
    told.display()
        .say(
            String.format(
                Locale.ROOT,
                "%3d s  %-28s %,d acknowledged writes looked up on the %s: %d missing,"
                    + " %d duplicated, %d other faults; %d failed requests",
                marks.getLast().second(),
                done,
                verdict.acknowledged(),
                where,
                verdict.missing(),
                verdict.duplicated(),
                verdict.stale() + verdict.unexpected() + verdict.unbalanced(),
                told.customers().traffic().failed()));
  }

  private void note(LedgerCheck.Verdict found) {
    verdict(found);
    found.findings().stream().filter(each -> !problems.contains(each)).forEach(problems::add);
  }

  /** What one check has seen stays seen. */
  private void verdict(LedgerCheck.Verdict found) {
    writes =
        new Report.Writes(
            found.acknowledged(),
            Math.max(writes.missing(), found.missing()),
            Math.max(writes.duplicated(), found.duplicated()),
            Math.max(writes.stale(), found.stale()),
            Math.max(writes.unexpected(), found.unexpected()),
            Math.max(writes.unbalanced(), found.unbalanced()),
            found.unknown());
  }

  private static boolean onTarget(World world) throws InterruptedException {
    return world.router().look().map(RouterWatch.Seen::onTarget).orElse(false);
  }

  private static Connection owner(World world) throws SQLException, InterruptedException {
    return onTarget(world) ? world.target().connect() : world.source().connect();
  }

  private Report report(World world, Customers customers, String outcome)
      throws InterruptedException {
    Traffic traffic = customers.traffic();
    problems.addAll(traffic.failures());
    // The first verb only copies: nobody is held, and shops that have just opened are slow.
    Duration wait =
        windows.stream()
            .skip(1)
            .map(window -> traffic.longestWait(window.fromNanos(), window.toNanos()))
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    if (wait.compareTo(DemoOptions.HOLD_MAX.plus(ANSWER_AFTER_HOLD_MAX)) > 0) {
      problems.add("a request was held for " + wait.toMillis() + " ms, longer than the limit");
    }
    var cutovers = new ArrayList<Report.Cutover>();
    List<LandfallCommand.Cutover> told = world.landfall().cutovers(WORKLOAD);
    // The first verb only copied; each of the next ones that moved users is one cutover.
    for (int index = 0; index < told.size(); index++) {
      LandfallCommand.Cutover each = told.get(index);
      Window window = windows.get(Math.min(index + 1, windows.size() - 1));
      cutovers.add(
          new Report.Cutover(
              each.direction(),
              each.holdMillis(),
              each.fenceMillis(),
              each.drainMillis(),
              each.verifyMillis(),
              each.rowsVerified(),
              traffic.writeGap(window.fromNanos(), window.toNanos()).toMillis()));
    }
    var requests =
        new Report.Requests(
            traffic.total(),
            traffic.failed(),
            wait.toMillis(),
            traffic.waitAt(50).toNanos() / 1e6,
            traffic.waitAt(99).toNanos() / 1e6);
    return new Report(outcome, reason, requests, writes, cutovers, problems);
  }

  private LiveDisplay.Now now(World world, Customers customers) {
    List<Traffic.Second> seconds = customers.traffic().seconds();
    var second = seconds.size() < 2 ? new Traffic.Second(0, 0, 0) : seconds.get(seconds.size() - 2);
    long held = 0;
    try {
      held = world.router().look().map(RouterWatch.Seen::held).orElse(0L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new LiveDisplay.Now(
        phase,
        second.source(),
        second.target(),
        customers.traffic().failed(),
        held,
        lag(world),
        world.landfall().says(),
        customers.traffic().longestWait());
  }

  private static String lag(World world) {
    try {
      return world.source().lag();
    } catch (SQLException e) {
      return "unknown";
    }
  }

  private void keep(World world) throws InterruptedException {
    out.println("Everything is still running:");
    out.println("  the shop       " + world.front() + "/products/page/0");
    out.println("  the workload   " + world.workloadFile());
    out.println("  old database   " + world.source().url());
    out.println("  new database   " + world.target().url());
    out.println("Press Ctrl-C to stop it.");
    Thread.sleep(Duration.ofDays(365));
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
