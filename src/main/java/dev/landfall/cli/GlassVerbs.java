package dev.landfall.cli;

import dev.landfall.cli.GateOperations.Saying;
import dev.landfall.gate.Break;
import dev.landfall.gate.Statement.Verb;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of the glass: breaking it, and looking at that afterwards. */
final class GlassVerbs {
  private GlassVerbs() {}

  /** What is typed with each of them. */
  static final class Said {
    @Parameters(paramLabel = "WORKLOAD", description = "The name in the file.")
    private String workload = "";

    @Option(
        names = "--key",
        paramLabel = "FILE",
        required = true,
        description = "Your key; landfall key create makes one. It says who you are.")
    private Path key = Path.of("");

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; signed and kept.")
    private String reason = "";

    int say(Cli cli, Verb verb, String lasts) {
      var order = new Operations.Order(workload, cli.user(), reason);
      var saying = new Saying(Break.GATE, verb, SayVerbs.time(lasts));
      var signer = KeyFile.read(key);
      return OrderVerbs.carryOut(
          cli, (operations, _) -> operations.gates().sign(order, saying, signer));
    }
  }

  /** {@code landfall break-glass WORKLOAD}. */
  @Command(
      name = "break-glass",
      description = {
        "Lets users by all gates for a short time, because they have to move and the gates cannot"
            + " be",
        "met. It is told for good wherever the workload is shown, no gate counts as passed by it,",
        "somebody else has to review it, and who has which duty is asked all the same."
      },
      footer = {
        "",
        "Example:",
        "  landfall break-glass shop --key eve.key --for 2h --reason \"the source fails; INC-12\""
      })
  static final class BreakGlass implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Said said = new Said();

    @Option(
        names = "--for",
        paramLabel = "TIME",
        required = true,
        description = "How long: 30m, 2h; at most 24h.")
    private String lasts = "";

    BreakGlass(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return said.say(cli, Verb.BREAK_GLASS, lasts);
    }
  }

  /** {@code landfall review WORKLOAD}. */
  @Command(
      name = "review",
      description = {
        "Says that you have looked at why somebody else broke the glass, and what you found. The",
        "oldest that nobody has reviewed is meant, once users were moved by it or it is over."
      },
      footer = {
        "",
        "Example:",
        "  landfall review shop --key eve.key --reason \"right to do; INC-12 has the findings\""
      })
  static final class Review implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Said said = new Said();

    Review(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return said.say(cli, Verb.REVIEW, "");
    }
  }
}
