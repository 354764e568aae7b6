package dev.landfall.cli;

import dev.landfall.cli.GateOperations.Brought;
import dev.landfall.cli.file.EvidenceLink;
import dev.landfall.cli.file.RecordFile;
import dev.landfall.cli.file.RecordFile.Days;
import dev.landfall.engine.EvidenceStore;
import dev.landfall.gate.Evidence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code landfall gate}: what is done for one gate. */
@Command(
    name = "gate",
    description = "What is done for one gate.",
    synopsisSubcommandLabel = "VERB")
final class GateVerbs implements Runnable {
  /** The verb with its own verbs. */
  static CommandLine command(Cli cli) {
    return new CommandLine(new GateVerbs())
        .addSubcommand("run", new Run(cli))
        .addSubcommand("attach", new Attach(cli));
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No verb was given");
  }

  /** {@code landfall gate run WORKLOAD GATE}. */
  @Command(
      name = "run",
      description = {
        "Runs the check that the workload file gives to a gate, and keeps what it saw as evidence.",
        "Ends with 0 when it passed, and with 2 when it did not."
      },
      footer = {"", "Example:", "  landfall gate run shop domain-alignment"})
  static final class Run implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "The name in the file.")
    private String workload = "";

    @Parameters(index = "1", paramLabel = "GATE", description = "The name of the gate.")
    private String gate = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
    private String reason = "";

    Run(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = new Operations.Order(workload, cli.user(), reason);
      return OrderVerbs.carryOut(cli, (operations, _) -> operations.gates().run(order, gate));
    }
  }

  /** {@code landfall gate attach WORKLOAD GATE}. */
  @Command(
      name = "attach",
      description = {
        "Keeps evidence for a gate: files by their content, addresses, or a statement. Who brought",
        "it, and when, is in the history."
      },
      footer = {
        "",
        "Examples:",
        "  landfall gate attach shop assess --executed --file assessment.pdf",
        "  landfall gate attach shop cost --executed --statement \"4,100 a month, as planned\""
      })
  static final class Attach implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "The name in the file.")
    private String workload = "";

    @Parameters(index = "1", paramLabel = "GATE", description = "The name of the gate.")
    private String gate = "";

    @Option(names = "--file", paramLabel = "FILE", description = "A file; may be given again.")
    private List<Path> files = new ArrayList<>();

    @Option(
        names = "--record",
        paramLabel = "FILE",
        description =
            "A record of tests, the change plan or its review; it is checked and counted.")
    private List<Path> records = new ArrayList<>();

    @Option(names = "--link", paramLabel = "URL", description = "An address; may be given again.")
    private List<String> links = new ArrayList<>();

    @Option(names = "--statement", paramLabel = "TEXT", description = "What you have to say.")
    private List<String> statements = new ArrayList<>();

    @Option(names = "--executed", description = "Say that it was done, too, and is as it must be.")
    private boolean executed;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
    private String reason = "";

    Attach(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = new Operations.Order(workload, cli.user(), reason);
      var brought = new ArrayList<Brought>();
      files.forEach(file -> brought.add(file(file)));
      records.forEach(file -> brought.add(record(file, executed)));
      links.forEach(link -> brought.add(link(link)));
      statements.forEach(each -> brought.add(text(Evidence.Kind.STATEMENT, each)));
      return OrderVerbs.carryOut(
          cli, (operations, _) -> operations.gates().attach(order, gate, executed, brought));
    }

    private static Brought text(Evidence.Kind kind, String text) {
      return new Brought(kind, text, text.getBytes(StandardCharsets.UTF_8));
    }

    /** It is in the history for good, and whoever looks at the gate follows it. */
    private static Brought link(String link) {
      EvidenceLink.fault(link)
          .ifPresent(why -> {
            throw new Problem(
                Exit.REFUSED,
                CliProblem.EVIDENCE,
                "cannot attach a --link: " + why + "; give one that everybody can follow, without");
          });
      return text(Evidence.Kind.LINK, link);
    }

    private static Brought file(Path file) {
      try (var in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(EvidenceStore.BYTES_MAX + 1);
        if (content.length > EvidenceStore.BYTES_MAX) {
          throw wrong(file, "it is larger than 64 MiB; keep it elsewhere, and give its --link");
        }
        return new Brought(Evidence.Kind.FILE, String.valueOf(file.getFileName()), content);
      } catch (IOException e) {
        throw wrong(file, e + "; is it there, and may this user read it?");
      }
    }

    /** What a record lacks it lacks for everybody: nobody can say that it was done all the same. */
    private static Brought record(Path path, boolean executed) {
      Brought file = file(path);
      return switch (RecordFile.parse(
          path.toString(), file.content(), Days.at(Instant.now(), RecordFile.AGE_MAX))) {
        case RecordFile.Wrong(_, var mistakes) ->
            throw new Problem(
                Exit.REFUSED, CliProblem.RECORD, "cannot read the record " + path, mistakes);
        case RecordFile.Right(_, var words, var lacks, _, _) when executed && !lacks.isEmpty() ->
            throw new Problem(
                Exit.BLOCKED,
                CliProblem.RECORD,
                "cannot count %s as executed: %s (%s); mend that, or attach it without --executed"
                    .formatted(path, String.join("; ", lacks), words));
        case RecordFile.Right(_, var words, var lacks, _, _) -> {
          String open = lacks.isEmpty() ? "" : "; still open: " + String.join("; ", lacks);
          yield new Brought(Evidence.Kind.FILE, file.what() + ": " + words + open, file.content());
        }
      };
    }

    private static Problem wrong(Path file, String seen) {
      return new Problem(Exit.REFUSED, CliProblem.EVIDENCE, "cannot attach " + file + ": " + seen);
    }
  }
}
