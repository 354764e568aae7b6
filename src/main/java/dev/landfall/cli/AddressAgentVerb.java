package dev.landfall.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code landfall address-agent}. */
@Command(
    name = "address-agent",
    description = {
      "Runs the agent of a service address on one of the two hosts between which it moves: it adds",
      "and removes the address as it is ordered, and tells the network. The other host has its"
          + " own.",
      "The address stays where it is when an agent ends."
    },
    footer = {
      "",
      "Example:",
      "  ADDRESS_TOKEN=... landfall address-agent --address 192.0.2.10/32 --interface eth0 \\",
      "    --control 10.1.0.5:8402 --open-control"
    })
final class AddressAgentVerb implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS/PREFIX",
      required = true,
      description = "The service address: 192.0.2.10/32 or 2001:db8::10/128.")
  private String address = "";

  @Option(
      names = "--interface",
      paramLabel = "NAME",
      required = true,
      description = "The interface that gets it: eth0.")
  private String device = "";

  @Option(
      names = "--control",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8402",
      description = "Where orders are taken (default: ${DEFAULT-VALUE}).")
  private String control = "";

  @Option(
      names = "--open-control",
      description = "Take orders elsewhere than on loopback; only in a network you trust.")
  private boolean openControl;

  @Option(
      names = "--token",
      paramLabel = "REFERENCE",
      defaultValue = "env:ADDRESS_TOKEN",
      description = {
        "Where the secret is that every order must carry: env:NAME or file:/PATH",
        "(default: ${DEFAULT-VALUE})."
      })
  private String token = "";

  @Option(
      names = "--state",
      paramLabel = "FILE",
      defaultValue = ".landfall/address.json",
      description = "Where the last order is kept (default: ${DEFAULT-VALUE}).")
  private Path state = Path.of("");

  @Option(
      names = "--track-file",
      paramLabel = "FILE",
      description = "Let keepalived move the address: the file that its VRRP instance tracks.")
  private @Nullable Path trackFile;

  AddressAgentVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    ProgramVerbs.requirePlace("address-agent", "--control", control);
    ProgramVerbs.requireReference("address-agent", token);
    var order =
        new Wiring.AddressAgentOrder(
            address, device, control, openControl, token, state, Optional.ofNullable(trackFile));
    return cli.wiring().addressAgent(order).number();
  }
}
