package dev.landfall.demo;

import dev.landfall.demo.Tale.UnexpectedException;
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
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The journey of a shop from one side to the other while its customers shop, told as it happens.
 * Landfall is used by its command line alone, as anybody would.
 */
public final class Demo {
  static final String WORKLOAD = "shop";
  private static final long SEED = 20;

  /**
   * By how much longer customers think while gates are shown: a hundred and more verbs are run one
   * after the other then, each a process of its own, and a small machine has to bear both.
   */
  private static final int THINK_WITH_GATES = 5;

  /** A fault is planted when the first flight has been well for a while. */
  private static final Duration BEFORE_FAULT_MAX = Duration.ofSeconds(4);

  /** A request may come back this much later than its hold ends: it must still be answered. */
  private static final Duration ANSWER_AFTER_HOLD_MAX = Duration.ofMillis(500);

  private final DemoOptions options;
  private final PrintStream out;
  private final boolean terminal;

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
   * @throws dev.landfall.problem.OutsideException when no server can be started here
   */
  public int run() throws IOException, SQLException, InterruptedException {
    EmbeddedServer.requireAnotherThanRoot();
    Path folder = Files.createTempDirectory("landfall-demo");
    // The embedded servers tell everything that they do; here only trouble is of interest.
    Logger.getLogger("").setLevel(Level.WARNING);
    out.println("Starting two database servers, two shops and a router in " + folder);
    boolean good = false;
    try (Cleaner cleaner = Cleaner.of(folder)) {
      try (World world = World.open(options, folder)) {
        good = play(world, cleaner);
        if (options.keep()) {
          keep(world);
        }
      } finally {
        if (!good) {
          cleaner.keep();
          out.println("The logs of everything are in " + folder);
        }
      }
    }
    return good ? 0 : 1;
  }

  /** Whether it was good; otherwise its logs are kept from then on, whoever ends it. */
  private boolean play(World world, Cleaner cleaner)
      throws IOException, SQLException, InterruptedException {
    boolean good = false;
    try {
      Report report = visit(world);
      good = report.harmless() && report.problems().isEmpty();
      if (options.report().isPresent()) {
        Files.writeString(options.report().get(), report.json());
      }
    } finally {
      if (!good) {
        cleaner.keep();
      }
    }
    return good;
  }

  private Report visit(World world) throws SQLException, InterruptedException {
    out.printf(
        Locale.ROOT,
        "PostgreSQL %d on premises, %d in the cloud, about %,d rows; %d customers come in.%n%s",
        world.source().major(),
        world.target().major(),
        options.rows(),
        options.customers(),
        switch (options.model()) {
          case SINGLE_STEP -> "";
          case STAGED -> StagedJourney.announced();
          case FLIGHT -> ShopFlights.announced();
        });
    Customers customers = Customers.arrive(world.front(), options.customers(), think(), SEED);
    var tale = new Tale(world, customers, Duration.ofSeconds(options.seconds()));
    var flying = new FlightJourney(tale, options.breaks().fault(), beforeFault());
    var staging = new StagedJourney(tale, options.breaks());
    String outcome = "failed";
    try (customers;
        var display = LiveDisplay.start(out, terminal, () -> now(tale))) {
      tale.tellOn(display::say);
      try {
        outcome =
            switch (options.model()) {
              case SINGLE_STEP ->
                  options.gates()
                      ? new GatedJourney(tale).travel()
                      : new SingleStepJourney(tale, options.breaks()).travel();
              case STAGED -> staging.travel();
              case FLIGHT -> flying.travel();
            };
      } catch (UnexpectedException e) {
        tale.reason(String.valueOf(e.getMessage()));
        tale.problem(tale.reason());
      }
    }
    // Once more when everybody has gone home and nothing is under way.
    try (Connection owner = world.owner().connect()) {
      tale.note(LedgerCheck.run(customers.ledgers(), owner));
    }
    Report report = report(tale, staging, flying, outcome);
    out.println(ReportPage.of(report, customers.traffic().seconds(), tale.marks()));
    return report;
  }

  private Duration think() {
    return options.gates() ? options.think().multipliedBy(THINK_WITH_GATES) : options.think();
  }

  private Duration beforeFault() {
    Duration peace = Duration.ofSeconds(options.seconds());
    return peace.compareTo(BEFORE_FAULT_MAX) < 0 ? peace : BEFORE_FAULT_MAX;
  }

  private static Report report(
      Tale tale, StagedJourney staging, FlightJourney flying, String outcome)
      throws InterruptedException {
    Traffic traffic = tale.customers().traffic();
    traffic.failures().forEach(tale::problem);
    // The first verb only copies: nobody is held, and shops that have just opened are slow.
    Duration wait =
        tale.windows().stream()
            .skip(1)
            .map(window -> traffic.longestWait(window.fromNanos(), window.toNanos()))
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    // Where answers take long all the time, because the machine is busy, they do after a hold, too.
    Duration answer = ANSWER_AFTER_HOLD_MAX.plus(traffic.waitAt(99));
    if (wait.compareTo(DemoOptions.HOLD_MAX.plus(answer)) > 0) {
      tale.problem("a request was held for " + wait.toMillis() + " ms, longer than the limit");
    }
    var requests =
        new Report.Requests(
            traffic.total(),
            traffic.failed(),
            traffic.planted(),
            wait.toMillis(),
            traffic.waitAt(50).toNanos() / 1e6,
            traffic.waitAt(99).toNanos() / 1e6);
    return new Report(
        outcome,
        tale.reason(),
        requests,
        tale.writes(),
        cutovers(tale),
        flying.flights(),
        flying.planted().orElse(null),
        staging.staged().orElse(null),
        tale.problems());
  }

  private static List<Report.Cutover> cutovers(Tale tale) throws InterruptedException {
    var cutovers = new ArrayList<Report.Cutover>();
    List<LandfallCommand.Cutover> told = tale.landfall().cutovers(WORKLOAD);
    // The first verb only copied; each of the next ones that moved users is one cutover.
    for (int index = 0; index < told.size(); index++) {
      LandfallCommand.Cutover each = told.get(index);
      Tale.Window window = tale.windows().get(Math.min(index + 1, tale.windows().size() - 1));
      cutovers.add(
          new Report.Cutover(
              each.direction(),
              each.holdMillis(),
              each.fenceMillis(),
              each.drainMillis(),
              each.verifyMillis(),
              each.rowsVerified(),
              tale.customers()
                  .traffic()
                  .writeGap(window.fromNanos(), window.toNanos())
                  .toMillis()));
    }
    return cutovers;
  }

  private static LiveDisplay.Now now(Tale tale) {
    Traffic traffic = tale.customers().traffic();
    List<Traffic.Second> seconds = traffic.seconds();
    var second =
        seconds.size() < 2 ? new Traffic.Second(0, 0, 0, 0) : seconds.get(seconds.size() - 2);
    long held = 0;
    try {
      held = tale.world().router().look().map(RouterWatch.Seen::held).orElse(0L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new LiveDisplay.Now(
        tale.phase(),
        second.source(),
        second.target(),
        traffic.failed(),
        held,
        lag(tale.world()),
        tale.landfall().says(),
        traffic.longestWait());
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
}
