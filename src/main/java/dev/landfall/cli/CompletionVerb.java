package dev.landfall.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code landfall completion}. */
@Command(
    name = "completion",
    description = "Prints a script that completes words in bash and zsh.",
    footer = {
      "",
      "Examples:",
      "  source <(landfall completion)",
      "  landfall completion > /etc/bash_completion.d/landfall"
    })
final class CompletionVerb implements Callable<Integer> {
  private final Cli cli;

  CompletionVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    cli.print(AutoComplete.bash("landfall", cli.commandLine()));
    return Exit.DONE.number();
  }
}
