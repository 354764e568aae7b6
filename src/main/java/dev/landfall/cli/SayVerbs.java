package dev.landfall.cli;

import dev.landfall.cli.GateOperations.Saying;
import dev.landfall.cli.file.Quantities;
import dev.landfall.gate.Statement.Verb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs by which a person says something of a gate, and signs it. */
final class SayVerbs {
  private SayVerbs() {}

  /** What is typed with each of them. */
  static final class Said {
    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "The name in the file.")
    String workload = "";

    @Parameters(index = "1", paramLabel = "GATE", description = "The name of the gate.")
    String gate = "";

    @Option(
        names = "--key",
        paramLabel = "FILE",
        required = true,
        description = "Your key; landfall key create makes one. It says who you are.")
    private Path key = Path.of("");

    int say(Cli cli, Verb verb, String lasts, String reason) {
      var order = new Operations.Order(workload, cli.user(), reason);
      var saying = new Saying(gate, verb, time(lasts));
      var signer = KeyFile.read(key);
      return OrderVerbs.carryOut(
          cli, (operations, _) -> operations.gates().sign(order, saying, signer));
    }
  }

  /** How long something counts; absent when nothing was typed. */
  static Optional<Duration> time(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Quantities.time(text)
            .orElseThrow(() ->
                new Problem(
                    Exit.REFUSED,
                    CliProblem.USAGE,
                    "cannot read --for: \"" + text + "\" is not a time; say 12h, or 14d")));
  }

  /** {@code landfall approve WORKLOAD GATE}. */
  @Command(
      name = "approve",
      description = {
        "Validates a gate: you have looked at its evidence, and sign that it is as it must be, for",
        "this plan and no other. Refused for whoever asked for the plan, tested it or carries it",
        "out, as the policy of the workload file says."
      },
      footer = {"", "Example:", "  landfall approve shop business-testing --key ann.key"})
  static final class Approve implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Said said = new Said();

    @Option(
        names = "--for",
        paramLabel = "TIME",
        description = "How long it counts: 12h, 14d; as long as the policy lets it when not given.")
    private String lasts = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; signed and kept.")
    private String reason = "";

    Approve(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return said.say(cli, Verb.APPROVE, lasts, reason);
    }
  }

  /** {@code landfall decline WORKLOAD GATE}. */
  @Command(
      name = "decline",
      description = "Says that a gate is not as it must be. It holds until you say otherwise.",
      footer = {
        "",
        "Example:",
        "  landfall decline shop business-testing --key ann.key --reason \"refunds fail\""
      })
  static final class Decline implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Said said = new Said();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; signed and kept.")
    private String reason = "";

    Decline(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return said.say(cli, Verb.DECLINE, "", reason);
    }
  }

  /** {@code landfall withdraw WORKLOAD GATE}. */
  @Command(
      name = "withdraw",
      description = "Takes back what you said of a gate: an approval, a decline, a waiver.",
      footer = {"", "Example:", "  landfall withdraw shop business-testing --key ann.key"})
  static final class Withdraw implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Said said = new Said();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; signed and kept.")
    private String reason = "";

    Withdraw(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return said.say(cli, Verb.WITHDRAW, "", reason);
    }
  }

  /** {@code landfall waive WORKLOAD GATE}. */
  @Command(
      name = "waive",
      description = {
        "Lets users by a gate that is not passed, for a time and with a reason. It is shown as",
        "waived wherever the gate is shown, and never as passed."
      },
      footer = {
        "",
        "Example:",
        "  landfall waive shop cost --key eve.key --for 7d --reason \"billing is down; RISK-77\""
      })
  static final class Waive implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Said said = new Said();

    @Option(
        names = "--for",
        paramLabel = "TIME",
        required = true,
        description = "How long: 12h, 14d; at most what the policy lets it.")
    private String lasts = "";

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; signed and kept.")
    private String reason = "";

    @Option(
        names = "--not-applicable",
        description = "Say that the gate has nothing to do with this workload.")
    private boolean notApplicable;

    Waive(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return said.say(cli, notApplicable ? Verb.NOT_APPLICABLE : Verb.WAIVE, lasts, reason);
    }
  }
}
