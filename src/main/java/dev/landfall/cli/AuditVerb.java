package dev.landfall.cli;

import dev.landfall.engine.Archived;
import dev.landfall.engine.Journal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
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

  /** Somebody changed what must never change. */
  static Problem tampered(String message) {
    return new Problem(Exit.PARKED, CliProblem.TAMPERED, message);
  }

  /** Says what is in an archive. */
  static void answer(Cli cli, Archived archived, String lead) {
    if (cli.json()) {
      var document = new LinkedHashMap<String, Object>();
      document.put("workload", archived.workload());
      document.put("entries", archived.entries());
      document.put("headHash", archived.headHash());
      document.put("evidence", archived.evidence());
      document.put("bytes", archived.bytes());
      document.put("signers", archived.signers());
      cli.answer(document);
      return;
    }
    var screen = cli.screen();
    screen.line(
        "%s%d events, and of %s %d pieces of evidence with %d bytes; head %s"
            .formatted(
                lead,
                archived.entries(),
                archived.workload(),
                archived.evidence(),
                archived.bytes(),
                archived.headHash()));
    archived.signers().forEach(each -> screen.line("  " + each));
  }

  /** {@code landfall audit verify}. */
  @Command(
      name = "verify",
      description = {
        "Reads the whole history and checks every hash, every link and every gap, all that people",
        "signed and all evidence: what was changed, dropped or put elsewhere is found. With a"
            + " file,",
        "the history in that archive, and every byte of it; no data folder is needed then.",
        "Keep the printed hash elsewhere, and give it as --head later: whoever can write a whole",
        "new history can chain it as well."
      },
      footer = {
        "",
        "Examples:",
        "  landfall audit verify",
        "  landfall audit verify shop.zip --head 8194..."
      })
  static final class Verify implements Callable<Integer> {
    private final Cli cli;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "An archive of landfall evidence export.")
    private @Nullable Path file;

    @Option(
        names = "--head",
        paramLabel = "HASH",
        description = "A hash that was printed before: the history must go on from there.")
    private @Nullable String head;

    Verify(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return file == null ? folder() : archive(file);
    }

    private Integer folder() {
      Journal.Audit audit;
      boolean known;
      try (var operations = cli.operations()) {
        audit = operations.audit();
        known = audit.fault().isPresent() || head == null || operations.goesOnFrom(head);
      }
      check("the history", audit.fault(), known);
      if (cli.json()) {
        cli.answer(audit);
      } else {
        cli.screen().line(audit.entries() + " events, nothing changed, head " + audit.headHash());
      }
      return Exit.DONE.number();
    }

    private Integer archive(Path archive) {
      Archived archived;
      try (var operations = cli.operations()) {
        archived = operations.verify(archive);
      }
      check(archive.toString(), archived.fault(), head == null || archived.goesOnFrom(head));
      answer(cli, archived, "nothing changed: ");
      return Exit.DONE.number();
    }

    private void check(String what, Optional<String> fault, boolean known) {
      if (fault.isPresent()) {
        throw tampered(
            "cannot trust %s: %s; compare it with a backup before anything else is done"
                .formatted(what, fault.get()));
      }
      if (!known) {
        throw tampered(
            "cannot trust %s: no event in it has the hash %s; it is another history than the one"
                    .formatted(what, head)
                + " that this hash was printed for: find out which is true");
      }
    }
  }
}
