package dev.landfall.cli;

import dev.landfall.promotion.Estimate;
import dev.landfall.promotion.ModelAdvice;
import dev.landfall.workload.Flight;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code landfall models FILE}. */
@Command(
    name = "models",
    description = {
      "Sets the models of promotion side by side for this workload: the steps, who has to act, how",
      "long each takes, how many users meet a fault that nobody has found, and what is missing for",
      "each. Recommends one and says why. The sources are asked how large they are; changes",
      "nothing."
    },
    footer = {
      "",
      "Examples:",
      "  landfall models shop.yaml",
      "  landfall models shop.yaml --users 25000"
    })
final class ModelsVerb implements Callable<Integer> {
  private static final int COLUMN = 16;
  private static final int FIRST = 30;

  private final Cli cli;

  @Parameters(paramLabel = "FILE", description = "The workload file.")
  private Path file = Path.of("");

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How many users there are, to count those whom a fault meets (default: shares).")
  private long users;

  @Spec private CommandSpec spec = CommandSpec.create();

  ModelsVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (users < 0) {
      throw new ParameterException(spec.commandLine(), "--users is a number of 0 or more");
    }
    var workload = Words.workload(file);
    ModelAdvice advice;
    try (var operations = cli.operations()) {
      advice = operations.models(workload);
    }
    if (cli.json()) {
      cli.answer(advice);
    } else {
      say(workload.name(), advice);
    }
    return Exit.DONE.number();
  }

  private void say(String workload, ModelAdvice advice) {
    var screen = cli.screen();
    screen.line(
        screen.strong(workload) + ": " + advice.recommended().word() + ", because " + advice.why());
    screen.line("");
    row("", advice, column -> column.model().word());
    row("can be used", advice, column -> column.isPossible() ? "yes" : "no");
    row("steps until completed", advice, column -> "" + column.steps());
    row("  with users' requests held", advice, column -> "" + column.stepsHeld());
    row("first copy, likely", advice, ModelsVerb::copy);
    if (advice.models().stream().anyMatch(column -> column.preparing().isPresent())) {
      row(
          "preparing names",
          advice,
          column -> column.preparing().map(ModelsVerb::words).orElse("-"));
    }
    row("in flights, at least", advice, column -> words(column.judged()));
    row("soak, at least", advice, column -> words(column.soak()));
    row("meet an unknown fault at once", advice, column -> exposed(column.exposed()));
    for (var column : advice.models()) {
      screen.line("");
      boolean best = column.model() == advice.recommended();
      screen.line(screen.strong(column.model().word()) + (best ? " (recommended)" : ""));
      list("missing", column.missing());
      list("people", column.people());
      list("separation of duty", column.duty());
      list("late writes", List.of(column.lateWrites()));
      list("mind", column.mind());
    }
    unknownCopies(advice)
        .ifPresent(why -> {
          screen.line("");
          screen.line(why);
        });
  }

  private void row(String name, ModelAdvice advice, Function<ModelAdvice.Column, String> cell) {
    var line = new StringBuilder(pad(name, FIRST));
    for (var column : advice.models()) {
      line.append(pad(cell.apply(column), COLUMN));
    }
    cli.screen().line(line.toString().stripTrailing());
  }

  private void list(String name, List<String> items) {
    String label = name + ":";
    for (String item : items) {
      cli.screen().line("  " + pad(label, 20) + item);
      label = "";
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  /** Assets are copied at the same time, but by the same servers and over the same line. */
  private static String copy(ModelAdvice.Column column) {
    if (column.copy().isEmpty()) {
      return "-";
    }
    var sum = Duration.ZERO;
    for (Estimate each : column.copy()) {
      if (each.likely().isEmpty()) {
        return "not known";
      }
      sum = sum.plus(each.likely().get());
    }
    return words(sum);
  }

  private static Optional<String> unknownCopies(ModelAdvice advice) {
    return advice.models().getFirst().copy().stream()
        .filter(each -> each.likely().isEmpty())
        .findFirst()
        .map(Estimate::basis);
  }

  private String exposed(int share) {
    if (users == 0) {
      return share == 0 ? "those named" : Flight.percent(share);
    }
    long count = Math.ceilDiv(users * share, (long) Flight.ALL);
    return share == 0 ? "those named" : String.format(Locale.ROOT, "%,d users", count);
  }

  private static String words(Duration time) {
    return time.isZero() ? "-" : Words.duration(time);
  }
}
