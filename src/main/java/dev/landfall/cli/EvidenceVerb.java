package dev.landfall.cli;

import dev.landfall.engine.Archived;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code landfall evidence}: what speaks for a promotion. */
@Command(
    name = "evidence",
    description = "What speaks for a promotion.",
    synopsisSubcommandLabel = "VERB")
final class EvidenceVerb implements Runnable {
  /** The verb with its own verbs. */
  static CommandLine command(Cli cli) {
    return new CommandLine(new EvidenceVerb()).addSubcommand("export", new Export(cli));
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No verb was given");
  }

  /** {@code landfall evidence export WORKLOAD}. */
  @Command(
      name = "export",
      description = {
        "Puts all that speaks for a promotion into one ZIP file: the history, the evidence, what",
        "people signed, and a page to read in a browser. landfall audit verify checks it anywhere."
      },
      footer = {"", "Example:", "  landfall evidence export shop --output shop.zip"})
  static final class Export implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "WORKLOAD", description = "The name in the workload file.")
    private String workload = "";

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        required = true,
        description = "The file to write; there must be none of this name.")
    private Path output = Path.of("");

    Export(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Archived archived;
      try (var operations = cli.operations()) {
        archived =
            operations
                .export(workload, output)
                .orElseThrow(() ->
                    StatusVerb.unknown(
                        workload,
                        operations.status().stream().map(Operations.Status::workload).toList()));
      }
      if (archived.fault().isPresent()) {
        throw AuditVerb.tampered(
            "cannot export the history: "
                + archived.fault().get()
                + "; compare the data folder with a backup before anything else is done");
      }
      AuditVerb.answer(cli, archived, output + " has ");
      return Exit.DONE.number();
    }
  }
}
