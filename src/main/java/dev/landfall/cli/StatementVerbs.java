package dev.landfall.cli;

import dev.landfall.cli.GateOperations.Saying;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Verb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The verbs for a key that is not where the journal is: what is to be signed goes to the person,
 * and the signature alone comes back.
 */
final class StatementVerbs {
  private static final int BYTES_MAX = 64 * 1024;

  private StatementVerbs() {}

  /** {@code landfall statement WORKLOAD GATE}. */
  @Command(
      name = "statement",
      description = {
        "Prints what a person would sign of a gate, and keeps nothing. Have it signed within a"
            + " day,",
        "where the key is: by landfall sign, or any program that signs with Ed25519."
      },
      footer = {
        "",
        "Example:",
        "  landfall statement shop go --verb approve --by ann > go.statement"
      })
  static final class Draft implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "WORKLOAD", description = "The name in the file.")
    private String workload = "";

    @Parameters(index = "1", paramLabel = "GATE", description = "The name of the gate.")
    private String gate = "";

    @Option(
        names = "--verb",
        paramLabel = "VERB",
        required = true,
        description = "approve, decline, withdraw, waive or not-applicable.")
    private String verb = "";

    @Option(
        names = "--by",
        paramLabel = "NAME",
        required = true,
        description = "Who will sign, as the workload file names the person.")
    private String by = "";

    @Option(
        names = "--for",
        paramLabel = "TIME",
        description = "How long it counts: 12h, 14d; as long as the policy lets it when not given.")
    private String lasts = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; signed and kept.")
    private String reason = "";

    Draft(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = new Operations.Order(workload, by, reason);
      var saying = new Saying(gate, verb(), SayVerbs.time(lasts));
      try (var operations = cli.operations()) {
        Statement statement =
            operations
                .gates()
                .draft(order, saying)
                .orElseThrow(() ->
                    StatusVerb.unknown(
                        workload,
                        operations.status().stream().map(Operations.Status::workload).toList()));
        if (cli.json()) {
          cli.answer(Map.of("statement", statement.text()));
        } else {
          cli.print(statement.text());
        }
      }
      return Exit.DONE.number();
    }

    private Verb verb() {
      return Verb.of(verb)
          .orElseThrow(() ->
              new Problem(
                  Exit.REFUSED,
                  CliProblem.USAGE,
                  "cannot read --verb: \"%s\" is none of %s"
                      .formatted(
                          verb,
                          Stream.of(Verb.values())
                              .map(Verb::word)
                              .collect(Collectors.joining(", ")))));
    }
  }

  /** {@code landfall sign FILE}. */
  @Command(
      name = "sign",
      description = {
        "Signs a statement with your key and prints the signature. Reads these two files and"
            + " nothing",
        "else: it needs no journal and no network."
      },
      footer = {"", "Example:", "  landfall sign go.statement --key ann.key > go.signature"})
  static final class Sign implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "FILE", description = "What landfall statement printed.")
    private Path file = Path.of("");

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "Your key.")
    private Path key = Path.of("");

    Sign(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var signed = KeyFile.read(key).sign(statement(file));
      if (cli.json()) {
        var document = new LinkedHashMap<String, Object>();
        document.put("key", signed.key());
        document.put("signature", signed.signature());
        cli.answer(document);
      } else {
        cli.print(signed.signature() + "\n");
      }
      return Exit.DONE.number();
    }
  }

  /** {@code landfall submit FILE}. */
  @Command(
      name = "submit",
      description = {
        "Hands over a statement that was signed elsewhere. It counts as if it had been signed"
            + " here:",
        "whoever hands it over says nothing by that."
      },
      footer = {
        "",
        "Example:",
        "  landfall submit go.statement --signature \"$(cat go.signature)\""
      })
  static final class Submit implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "FILE", description = "What was signed, byte by byte.")
    private Path file = Path.of("");

    @Option(
        names = "--signature",
        paramLabel = "TEXT",
        required = true,
        description = "The signature, in base 64.")
    private String signature = "";

    Submit(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      Statement statement = statement(file);
      var order = new Operations.Order(statement.workload(), cli.user(), statement.reason());
      return OrderVerbs.carryOut(
          cli, (operations, _) -> operations.gates().submit(order, statement, signature.strip()));
    }
  }

  private static Statement statement(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw wrong(file, "it is larger than 64 KiB");
      }
      return Statement.parse(Files.readString(file, StandardCharsets.UTF_8))
          .orElseThrow(() -> wrong(file, "it is not what landfall statement prints"));
    } catch (IOException e) {
      throw wrong(file, e.toString());
    }
  }

  private static Problem wrong(Path file, String seen) {
    return new Problem(
        Exit.REFUSED,
        CliProblem.STATEMENT,
        "cannot read the statement " + file + ": " + seen + "; landfall statement prints one");
  }
}
