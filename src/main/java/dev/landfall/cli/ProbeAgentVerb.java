package dev.landfall.cli;

import dev.landfall.workload.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code landfall probe-agent}. */
@Command(
    name = "probe-agent",
    description = {
      "Looks from this machine for the checks of a controller elsewhere: it connects to what it is",
      "asked for, says nothing and leaves, and looks names up. It keeps and changes nothing."
    },
    footer = {
      "",
      "Example:",
      "  PROBE_TOKEN=... landfall probe-agent --control 10.1.0.5:8403 --open-control --allow"
          + " 10.1.0.0/16"
    })
final class ProbeAgentVerb implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = "--control",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8403",
      description = "Where it is asked (default: ${DEFAULT-VALUE}).")
  private String control = "";

  @Option(
      names = "--open-control",
      description = "Be asked elsewhere than on loopback; only in a network you trust.")
  private boolean openControl;

  @Option(
      names = "--token",
      paramLabel = "REFERENCE",
      defaultValue = "env:PROBE_TOKEN",
      description = {
        "Where the secret is that each request must carry: env:NAME or file:/PATH",
        "(default: ${DEFAULT-VALUE})."
      })
  private String token = "";

  @Option(
      names = "--allow",
      paramLabel = "NETWORK",
      description = {
        "A network that it may look at, 10.1.0.0/16; may be given again. All but loopback,",
        "link-local addresses and the metadata of clouds when not given."
      })
  private List<String> allowed = new ArrayList<>();

  ProbeAgentVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    ProgramVerbs.requirePlace("probe-agent", "--control", control);
    ProgramVerbs.requireReference("probe-agent", token);
    return cli.wiring()
        .probeAgent(
            new Wiring.ProbeAgentOrder(
                control,
                openControl,
                token,
                allowed.stream().map(ProbeAgentVerb::network).toList()))
        .number();
  }

  private static Network network(String text) {
    try {
      return Network.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          Exit.REFUSED,
          CliProblem.USAGE,
          "cannot read --allow: %s; say 10.1.0.0/16".formatted(e.getMessage()));
    }
  }
}
