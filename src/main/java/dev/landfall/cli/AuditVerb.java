package dev.landfall.cli;

import dev.landfall.engine.Journal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code landfall audit}: what can be asked about the history as a whole. */
@Command(
    name = "audit",
    description = "Questions about the history as a whole.",
    synopsisSubcommandLabel = "VERB")
final class AuditVerb implements Runnable {
  /** The verb with its own verbs. */
  static CommandLine command(Cli cli) {
    return new CommandLine(new AuditVerb()).addSubcommand("verify", new Verify(cli));
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No verb was given");
  }

  /** {@code landfall audit verify}. */
  @Command(
      name = "verify",
      description = {
        "Reads the whole history and checks every hash, every link and every gap: a changed,",
        "dropped or reordered event is found. Keep the printed hash elsewhere to compare later."
      },
      footer = {"", "Example:", "  landfall audit verify"})
  static final class Verify implements Callable<Integer> {
    private final Cli cli;

    Verify(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Journal.Audit audit;
      try (var operations = cli.operations()) {
        audit = operations.audit();
      }
      if (audit.fault().isPresent()) {
        throw new Problem(
            Exit.PARKED,
            CliProblem.TAMPERED,
            "cannot trust the history: "
                + audit.fault().get()
                + "; compare it with a backup before anything else is done");
      }
      if (cli.json()) {
        cli.answer(audit);
      } else {
        cli.screen().line(audit.entries() + " events, nothing changed, head " + audit.headHash());
      }
      return Exit.DONE.number();
    }
  }
}
