package dev.landfall.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code landfall key}: the keys of people. */
@Command(name = "key", description = "Keys by which people sign.", synopsisSubcommandLabel = "VERB")
final class KeyVerb implements Runnable {
  /** The verb with its own verbs. */
  static CommandLine command(Cli cli) {
    return new CommandLine(new KeyVerb()).addSubcommand("create", new Create(cli));
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No verb was given");
  }

  /** {@code landfall key create FILE}. */
  @Command(
      name = "create",
      description = {
        "Makes a key of your own in a new file that only you can read, and prints its public half",
        "for the workload file. Keep the file to yourself: it signs in your name."
      },
      footer = {"", "Example:", "  landfall key create ann.key"})
  static final class Create implements Callable<Integer> {
    private final Cli cli;

    @Parameters(paramLabel = "FILE", description = "The file to make.")
    private Path file = Path.of("");

    Create(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      String key = KeyFile.create(file);
      if (cli.json()) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("file", file.toString());
        answer.put("key", key);
        cli.answer(answer);
      } else {
        cli.screen().line("key: " + key);
      }
      return Exit.DONE.number();
    }
  }
}
