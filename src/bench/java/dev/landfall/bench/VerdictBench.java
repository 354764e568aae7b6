package dev.landfall.bench;

import dev.landfall.bench.VerdictRule.Call;
import dev.landfall.bench.VerdictRule.Kayenta;
import dev.landfall.bench.VerdictRule.Landfall;
import dev.landfall.bench.VerdictRule.Threshold;
import dev.landfall.flight.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * How often a flight is judged wrongly, and how long a verdict takes: by the product's standard
 * policy and by the rules of other products, re-implemented from their documentation, on the same
 * simulated flights.
 *
 * <p>Budgets, at 20 requests a second in each group and 0.5 % of errors: 1 % of false alarms, also
 * while the errors of all rise to five times, because an operator who is called for nothing more
 * often than that stops listening; 2 % under noise that wanders by 30 %. Four times the errors
 * found in 100 seconds and ten times in 20, at the median, because each second of them is felt. Ten
 * times of errors that are as rare as one in ten thousand, and one request in a hundred that is
 * eight times slower, found in 99 of 100 flights, because those are what averages hide. A good
 * flight passes within ten minutes at the median, and one with twice the errors in no more than 1
 * %, because a ramp of ten flights should take hours and not days.
 *
 * <p>Every run has its seed, so a run of the bench with the same number of runs finds the same.
 * Options: {@code --runs N} (default 10000), {@code --seed N} (default 1), and {@code --only WORDS}
 * for the scenarios alone whose name has these words, without budgets.
 */
final class VerdictBench {
  private final int runs;
  private final long seed;
  private final Findings findings;
  private final Map<String, List<VerdictTally>> all = new LinkedHashMap<>();

  private VerdictBench(int runs, long seed, Findings findings) {
    this.runs = runs;
    this.seed = seed;
    this.findings = findings;
  }

  static void run(Options options, Findings findings) {
    int runs = Math.toIntExact(options.number("runs", 10_000));
    new VerdictBench(runs, options.number("seed", 1), findings).run(options.text("only"));
  }

  private void run(Optional<String> only) {
    List<VerdictScenario> scenarios = VerdictScenario.all();
    for (VerdictScenario scenario : scenarios) {
      if (only.filter(words -> !scenario.name().contains(words)).isPresent()) {
        continue;
      }
      long begun = System.nanoTime();
      all.put(scenario.name(), fly(scenario, scenarios.indexOf(scenario)));
      Findings.tell("%s: %.0f s", scenario.name(), (System.nanoTime() - begun) / 1e9);
    }
    if (only.isEmpty()) {
      VerdictPage.write(findings, runs, scenarios, all);
    } else {
      scenarios.stream()
          .filter(scenario -> all.containsKey(scenario.name()))
          .forEach(scenario ->
              VerdictPage.table(findings, scenario, all.getOrDefault(scenario.name(), List.of())));
    }
  }

  private static Map<String, Supplier<VerdictRule>> rules(VerdictScenario scenario) {
    boolean slow = scenario.slowShare() > 0;
    var rules = new LinkedHashMap<String, Supplier<VerdictRule>>();
    if (scenario.onset() > 0) {
      rules.put("Landfall", () -> Landfall.notBefore(Duration.ofHours(1)));
      rules.put("Kayenta, each minute from the 2nd", () -> new Kayenta(slow, 2));
      rules.put("Kayenta, each minute from the 5th", () -> new Kayenta(slow, 5));
      rules.put("Argo Rollouts", () -> Threshold.argo(slow));
      return rules;
    }
    rules.put("Landfall", () -> new Landfall(1, true, true));
    rules.put("Landfall, requests as units", () -> new Landfall(1, false, true));
    if (scenario.noise() != VerdictScenario.Noise.NONE) {
      rules.put("Landfall without the A/A check", () -> new Landfall(1, true, false));
    }
    if (scenario.ratio() >= 4) {
      rules.put("Landfall, one of five flights", () -> new Landfall(5, true, true));
    }
    rules.put("Kayenta, each minute from the 2nd", () -> new Kayenta(slow, 2));
    rules.put("Kayenta, each minute from the 5th", () -> new Kayenta(slow, 5));
    rules.put("Kayenta, once after 60 minutes", () -> new Kayenta(slow, 60));
    rules.put("Argo Rollouts", () -> Threshold.argo(slow));
    rules.put("Flagger", () -> Threshold.flagger(slow));
    return rules;
  }

  private List<VerdictTally> fly(VerdictScenario scenario, int number) {
    Map<String, Supplier<VerdictRule>> rules = rules(scenario);
    var tallies = new ArrayList<VerdictTally>();
    rules
        .keySet()
        .forEach(name -> tallies.add(new VerdictTally(name, !name.startsWith("Landfall"), runs)));
    // Each run writes where no other does, and has a seed of its own: the order does not matter.
    IntStream.range(0, runs)
        .parallel()
        .forEach(run -> {
          long own = (seed * 1000 + number) * 10_000_000 + run;
          once(
              new VerdictTraffic(
                  scenario, new SplittableRandom(own), new SplittableRandom(-1 - own)),
              scenario.onset(),
              rules.values().stream().map(Supplier::get).toList(),
              tallies,
              run);
        });
    return tallies;
  }

  private static void once(
      VerdictTraffic traffic,
      int onset,
      List<VerdictRule> rules,
      List<VerdictTally> tallies,
      int run) {
    double excess = 0;
    int open = rules.size();
    while (open > 0) {
      int seconds = tick(traffic.second());
      traffic.pass(seconds);
      excess += traffic.excess;
      Duration took = Duration.ofSeconds(seconds);
      for (int at = 0; at < rules.size(); at++) {
        VerdictTally tally = tallies.get(at);
        if (tally.open(run)) {
          Call call = rules.get(at).after(traffic, took);
          if (call != Call.GO_ON) {
            tally.end(run, call, traffic.second() - onset, excess);
            open--;
          }
        }
      }
    }
  }

  /**
   * Longer when a flight has gone on for a while, where some seconds do not matter any more: ticks
   * of the same shares tell what their sum tells, so only the moment of a verdict is rounded up.
   */
  private static int tick(int second) {
    if (second < 180) {
      return Math.toIntExact(Policy.TICK.toSeconds());
    }
    return second < 600 ? 5 : second < 1200 ? 10 : 30;
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
