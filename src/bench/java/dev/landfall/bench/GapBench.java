package dev.landfall.bench;

import dev.landfall.LastingFolders;
import dev.landfall.bench.Journey.Mark;
import dev.landfall.demo.ShopFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The write gap that users see: the time between the last write that the old side acknowledged and
 * the first that the new side did, at cutovers there and back, under steady writes through the
 * router. PostgreSQL 16 on premises, 18 in the cloud; the packaged program, a router and a
 * controller of its own, and a verb for every cutover, which takes its share of the processors, as
 * it does for an operator. Every acknowledged write is looked up afterwards.
 *
 * <p>Budget: a median of 250 ms and a p99 of 500 ms on two cores under 200 writes a second, and
 * within 1.3 times from 100 thousand to 5 million rows. Users notice a pause of more than half a
 * second, clients time out after some, and a gap that grew with the data would be an outage at a
 * terabyte.
 *
 * <p>Options: {@code --rows N,N} (default 100000), {@code --cutovers N} in each direction (default
 * 10), {@code --rate N} writes a second (default 200), {@code --driver controller|verb} who drives
 * (default controller; {@code verb} is a new process for every cutover, with cold code), {@code
 * --trace FILE} records what the controller waited for in its last cutover there and back.
 */
final class GapBench {
  private static final double MEDIAN_MAX = 250;
  private static final double P99_MAX = 500;
  private static final double GROWTH_MAX = 1.3;
  private static final Duration VERB_MAX = Duration.ofMinutes(10);
  private static final Duration PEACE = Duration.ofMillis(1_200);
  private static final String TOKEN = "a token of the bench";

  private final Options options;
  private final Findings findings;
  private final Path folder;
  private final Map<String, String> secrets =
      Map.of("BENCH_PASSWORD", GapSide.PASSWORD, "ROUTER_TOKEN", TOKEN);
  private List<Journey> finished = List.of();
  private int verbs;

  private GapBench(Options options, Findings findings, Path folder) {
    this.options = options;
    this.findings = findings;
    this.folder = folder;
  }

  /** One cutover as users and the journal saw it; milliseconds. */
  private record Seen(Journey journey, Instant last, Instant first, double longestWait) {
    double gap() {
      return millis(last, first);
    }

    static double millis(Instant from, Instant to) {
      return Duration.between(from, to).toNanos() / 1e6;
    }
  }

  static void run(Options options, Findings findings) throws Exception {
    var medians = new ArrayList<Double>();
    for (long rows : options.numbers("rows", 100_000L)) {
      Path folder = LastingFolders.make("landfall-bench-gap");
      medians.add(new GapBench(options, findings, folder).measure(rows));
      Child.answer("rm", "-r", folder.toString());
    }
    if (medians.size() > 1) {
      double growth = medians.getLast() / medians.getFirst();
      findings.say("");
      findings.say(
          "From the smallest to the largest, the median of all cutovers grows %.2f times (budget"
              + " %.1f): %s.",
          growth, GROWTH_MAX, growth <= GROWTH_MAX ? "met" : "not met");
    }
  }

  private double measure(long rows) throws Exception {
    boolean alone = options.text("driver").orElse("controller").equals("controller");
    try (var source = GapSide.start("source", 16, folder);
        var target = GapSide.start("target", 18, folder)) {
      source.seed(rows);
      source.open(rows);
      target.open(rows);
      int port = Child.freePort();
      int control = Child.freePort();
      Path file = folder.resolve("shop.yaml");
      Files.writeString(file, workload(source, target, control).yaml());
      try (var router = Doors.router(folder, port, control, TOKEN)) {
        beginRouting(control, source, target);
        Child controller = alone ? controller() : router;
        try {
          return journeys(rows, file, port, source, target, router, controller);
        } finally {
          controller.close();
          trace();
        }
      }
    }
  }

  /** The recording is complete only when the controller has ended. */
  private void trace() throws IOException {
    if (options.text("trace").isPresent()) {
      for (Journey each : finished.subList(Math.max(0, finished.size() - 2), finished.size())) {
        Findings.tell("what the controller waited for on the way to the %s:", each.to());
        for (Mark mark : Mark.values()) {
          Findings.tell("%8.1f ms %s", each.millis(Mark.CUTOVER_BEGUN, mark), mark);
        }
        Trace.print(
            Path.of(options.text("trace").get()),
            each.when(Mark.CUTOVER_BEGUN).minusMillis(10),
            each.when(Mark.CUTOVER_FINISHED).plusMillis(10));
      }
    }
  }

  private double journeys(
      long rows,
      Path file,
      int port,
      GapSide source,
      GapSide target,
      Child router,
      Child controller)
      throws Exception {
    try (var writer = Writer.start("http://127.0.0.1:" + port, options.number("rate", 200))) {
      long begun = System.nanoTime();
      verb("promote", file.toString(), "--until", "staged");
      Findings.tell("staged after %.1f s", (System.nanoTime() - begun) / 1e9);
      Thread.sleep(PEACE);
      double[] idle = controller.memory();
      for (int at = 0; at < options.number("cutovers", 10); at++) {
        verb("promote", file.toString());
        Thread.sleep(PEACE);
        verb("rollback", "shop", "--reason", "bench");
        Thread.sleep(PEACE);
      }
      List<Journey> journeys = Journey.in(verb("history", "shop", "--json"));
      finished = journeys;
      var seen = journeys.stream().map(each -> seen(writer, each)).toList();
      writer.close();
      String driver = options.text("driver").orElse("controller");
      findings.say("");
      findings.say("## %,d rows, driven by a %s", rows, driver);
      Sample all = tell(seen);
      ledger(writer, source, target);
      if (driver.equals("controller")) {
        findings.say("");
        findings.say(
            "Memory (resident): the controller %.0f MB when staged, %.0f MB after %d cutovers, at"
                + " most %.0f MB; the router %.0f MB, at most %.0f MB.",
            idle[0],
            controller.memory()[0],
            journeys.size(),
            controller.memory()[1],
            router.memory()[0],
            router.memory()[1]);
      }
      return all.median();
    }
  }

  private static Seen seen(Writer writer, Journey journey) {
    String old = journey.to().equals("TARGET") ? "source" : "target";
    var around =
        writer.between(
            journey.when(Mark.CUTOVER_BEGUN).minusSeconds(1),
            journey.when(Mark.CUTOVER_FINISHED).plusSeconds(1));
    Instant last = Instant.MIN;
    Instant first = Instant.MAX;
    Duration longest = Duration.ZERO;
    for (Writer.Acknowledged each : around) {
      longest = each.waited().compareTo(longest) > 0 ? each.waited() : longest;
      if (each.side().equals(old)) {
        last = each.at().isAfter(last) ? each.at() : last;
      } else {
        first = each.at().isBefore(first) ? each.at() : first;
      }
    }
    return new Seen(journey, last, first, longest.toNanos() / 1e6);
  }

  private Sample tell(List<Seen> seen) {
    findings.head(
        "direction", "cutovers", "gap median ms", "p99 ms", "max ms", "longest wait ms", "verdict");
    for (String to : List.of("TARGET", "SOURCE")) {
      var those = seen.stream().filter(each -> each.journey().to().equals(to)).toList();
      Sample gap = sample(those, Seen::gap);
      findings.row(
          to.equals("TARGET") ? "promote" : "rollback",
          gap.size(),
          gap.median(),
          gap.at(99),
          gap.max(),
          sample(those, Seen::longestWait).max(),
          gap.median() <= MEDIAN_MAX && gap.at(99) <= P99_MAX ? "met" : "not met");
    }
    findings.say("");
    findings.say(
        "Budget: median %.0f ms, p99 %.0f ms (nearest rank: with fewer than 100 cutovers the p99 is"
            + " the maximum). The parts, by the journal, median (max) in ms:",
        MEDIAN_MAX, P99_MAX);
    parts(seen);
    return sample(seen, Seen::gap);
  }

  private void parts(List<Seen> seen) {
    findings.head("part", "promote", "rollback");
    part(
        seen,
        "decided, to last write acknowledged",
        each -> Seen.millis(each.journey().when(Mark.CUTOVER_BEGUN), each.last()));
    part(seen, "hold: decided, to held", between(Mark.CUTOVER_BEGUN, Mark.HELD));
    part(seen, "fence: held, to fenced", between(Mark.HELD, Mark.FENCED));
    part(seen, "drain: fenced, to drained", between(Mark.FENCED, Mark.DRAINED));
    part(seen, "prove: drained, to committed", between(Mark.DRAINED, Mark.OWNER_MOVED));
    part(seen, "of which the comparison", each -> each.journey().compareTook().toNanos() / 1e6);
    part(
        seen,
        "open and route: committed, to first write acknowledged",
        each -> Seen.millis(each.journey().when(Mark.OWNER_MOVED), each.first()));
    part(seen, "committed, to finished", between(Mark.OWNER_MOVED, Mark.CUTOVER_FINISHED));
    part(seen, "(rows compared)", each -> each.journey().rowsCompared());
  }

  private void part(List<Seen> seen, String name, ToDoubleFunction<Seen> figure) {
    var cells = new ArrayList<Object>(List.of(name));
    for (String to : List.of("TARGET", "SOURCE")) {
      Sample sample =
          sample(seen.stream().filter(each -> each.journey().to().equals(to)).toList(), figure);
      cells.add(String.format(Locale.ROOT, "%.1f (%.1f)", sample.median(), sample.max()));
    }
    findings.row(cells.toArray());
  }

  private static ToDoubleFunction<Seen> between(Mark from, Mark to) {
    return each -> each.journey().millis(from, to);
  }

  private static Sample sample(List<Seen> seen, ToDoubleFunction<Seen> figure) {
    return Sample.of(seen.stream().map(figure::applyAsDouble).toList());
  }

  /** Nothing that was measured counts if a write was lost meanwhile. */
  private void ledger(Writer writer, GapSide source, GapSide target) throws Exception {
    var acknowledged = writer.acknowledged();
    var missing = new java.util.HashSet<>(acknowledged);
    missing.removeAll(source.writes());
    findings.say("");
    findings.say(
        "%,d writes acknowledged, %d missing, %d requests failed, %d errors in the applications.",
        acknowledged.size(),
        missing.size(),
        writer.failures().size(),
        source.errors() + target.errors());
    writer.failures().stream().distinct().limit(3).forEach(each -> Findings.tell("%s", each));
  }

  private String verb(String... arguments) throws InterruptedException {
    var command = new ArrayList<>(List.of(arguments));
    command.addAll(List.of("--data", folder.resolve("state").toString()));
    String name = "%03d-%s".formatted(++verbs, arguments[0]);
    return Child.start(name, folder, secrets, Child.landfall(command.toArray(String[]::new)))
        .done(VERB_MAX);
  }

  private Child controller() {
    var environment = new HashMap<>(secrets);
    options
        .text("trace")
        .ifPresent(file -> environment.put("LANDFALL_JAVA_OPTIONS", Trace.recording(file)));
    return Child.start(
        "controller",
        folder,
        environment,
        Child.landfall("controller", "--data", folder.resolve("state").toString()));
  }

  private static void beginRouting(int control, GapSide source, GapSide target)
      throws IOException, InterruptedException {
    Routing.begin(control, TOKEN, source.applicationUrl(), target.applicationUrl(), "/healthz");
  }

  private static ShopFile workload(GapSide source, GapSide target, int control) {
    return new ShopFile(
        "bench",
        place(source),
        place(target),
        "http://127.0.0.1:" + control,
        "hold: 5s, soak: 1s, retry-pause: 1s");
  }

  private static ShopFile.Place place(GapSide side) {
    return new ShopFile.Place(
        side.databaseUrl(), GapSide.MIGRATOR, "env:BENCH_PASSWORD", side.applicationUrl());
  }
}
