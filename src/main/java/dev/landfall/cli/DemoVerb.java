package dev.landfall.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code landfall demo}. */
@Command(
    name = "demo",
    description = {
      "Shows it all on this machine: two PostgreSQL servers, a shop on each, customers",
      "who never stop; promoted, rolled back, promoted again and completed, and every",
      "write accounted for."
    },
    footer = {
      "",
      "What is shown with --model:",
      "  single-step    all customers and the data move at once",
      "  staged         the same on a later day, and only as it was rehearsed on clones",
      "  flight         customers in parts, each judged before the next; then the data",
      "",
      "--break with --model single-step or staged, in the middle of the cutover:",
      "  kill           the controller is killed, and another one goes on",
      "  slow-target    the target takes no changes for longer than users may be held",
      "  diverge        before it, a row of the target is changed behind the fence",
      "--break with --model flight, in the new version, with the first customers on it:",
      "  errors         one request in four fails",
      "  sparse-errors  one request in a hundred fails",
      "  slow           every answer takes 1 s longer",
      "  tail           one answer in twenty takes 3 s longer",
      "",
      "Examples:",
      "  landfall demo",
      "  landfall demo --break kill --report r.json",
      "  landfall demo --gates",
      "  landfall demo --model staged",
      "  landfall demo --model flight --break errors"
    })
final class DemoVerb implements Callable<Integer> {
  /** The models, and what can be broken in the demo of each. */
  static final Map<String, List<String>> BREAKS =
      Map.of(
          "single-step",
          List.of("kill", "slow-target", "diverge"),
          "staged",
          List.of("kill", "slow-target", "diverge"),
          "flight",
          List.of("errors", "sparse-errors", "slow", "tail"));

  private static final List<String> MODELS = List.of("single-step", "staged", "flight");

  private final Cli cli;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many orders the shop begins with (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many customers shop at once (default: ${DEFAULT-VALUE}).")
  private int customers;

  @Option(names = "--seconds", paramLabel = "N", description = "How long each phase is watched.")
  private @Nullable Integer seconds;

  @Option(
      names = "--model",
      paramLabel = "WORD",
      defaultValue = "single-step",
      description = "How they move: single-step, staged or flight (default: ${DEFAULT-VALUE}).")
  private String model = "";

  @Option(
      names = "--break",
      paramLabel = "WHAT",
      description = "What to break on the way; see below.")
  private List<String> breaks = new ArrayList<>();

  @Option(
      names = "--gates",
      description = "Let each gate of the catalogue hold them back once, and be met, before.")
  private boolean gates;

  @Option(names = "--keep", description = "Leave everything running at the end, to play with.")
  private boolean keep;

  @Option(names = "--report", paramLabel = "FILE", description = "Write the report as JSON.")
  private @Nullable Path report;

  DemoVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (!MODELS.contains(model)) {
      throw refused(
          "--model does not know \"" + model + "\"; allowed: " + String.join(", ", MODELS));
    }
    if (breaks.size() > 1) {
      throw refused(
          "--break was given "
              + breaks.size()
              + " times, and each ends in another way; run the demo once for each");
    }
    breaks.forEach(this::requireKnown);
    if (gates && !(model.equals("single-step") && breaks.isEmpty())) {
      throw refused("--gates is shown with --model single-step, and without --break");
    }
    var order =
        new Wiring.DemoOrder(
            rows,
            customers,
            seconds == null ? OptionalInt.empty() : OptionalInt.of(seconds),
            model,
            breaks,
            gates,
            keep,
            cli.json(),
            Optional.ofNullable(report));
    return cli.wiring().demo(order).number();
  }

  private void requireKnown(String what) {
    List<String> allowed = BREAKS.getOrDefault(model, List.of());
    if (allowed.contains(what)) {
      return;
    }
    String others =
        MODELS.stream()
            .filter(other -> BREAKS.getOrDefault(other, List.of()).contains(what))
            .collect(Collectors.joining(" or "));
    throw refused(
        "--break does not know \""
            + what
            + "\" with --model "
            + model
            + "; allowed: "
            + String.join(", ", allowed)
            + (others.isEmpty() ? "" : "; " + what + " is for --model " + others));
  }

  private static Problem refused(String why) {
    return new Problem(Exit.REFUSED, CliProblem.USAGE, "cannot run landfall demo: " + why);
  }
}
