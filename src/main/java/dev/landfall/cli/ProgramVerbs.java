package dev.landfall.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verbs that run a program of their own. */
final class ProgramVerbs {
  private ProgramVerbs() {}

  /** {@code landfall controller}. */
  @Command(
      name = "controller",
      description = {
        "Drives every workload in the data folder until it is told to stop: it keeps comparing,",
        "watches for leaks and growing logs, and carries out what the other verbs order. Without",
        "one, a verb that orders something drives its workload until it has ended."
      })
  static final class Controller implements Callable<Integer> {
    private final Cli cli;

    Controller(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      return cli.wiring().controller(cli.data()).number();
    }
  }

  /** {@code landfall router}. */
  @Command(
      name = "router",
      description = {
        "Runs the router: the reverse proxy through which users reach a workload while it moves.",
        "It outlives controllers and starts where it was."
      },
      footer = {
        "",
        "Example:",
        "  ROUTER_TOKEN=... landfall router --listen 0.0.0.0:8080 --token env:ROUTER_TOKEN"
      })
  static final class Router implements Callable<Integer> {
    private final Cli cli;

    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        defaultValue = "127.0.0.1:8080",
        description = "Where users are served (default: ${DEFAULT-VALUE}).")
    private String listen = "";

    @Option(
        names = "--control",
        paramLabel = "HOST:PORT",
        defaultValue = "127.0.0.1:8401",
        description = "Where orders are taken (default: ${DEFAULT-VALUE}).")
    private String control = "";

    @Option(
        names = "--open-control",
        description = "Take orders elsewhere than on loopback; only in a network you trust.")
    private boolean openControl;

    @Option(
        names = "--token",
        paramLabel = "REFERENCE",
        defaultValue = "env:ROUTER_TOKEN",
        description = {
          "Where the secret is that every order must carry: env:NAME or file:/PATH",
          "(default: ${DEFAULT-VALUE})."
        })
    private String token = "";

    @Option(
        names = "--state",
        paramLabel = "FILE",
        defaultValue = ".landfall/router.json",
        description = "Where the last order is kept (default: ${DEFAULT-VALUE}).")
    private Path state = Path.of("");

    Router(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      requirePlace("router", "--listen", listen);
      requirePlace("router", "--control", control);
      requireReference("router", token);
      var order = new Wiring.RouterOrder(listen, control, openControl, token, state);
      return cli.wiring().router(order).number();
    }
  }

  static void requirePlace(String verb, String option, String given) {
    int port =
        given.matches(".+:\\d{1,5}")
            ? Integer.parseInt(given.substring(given.lastIndexOf(':') + 1))
            : -1;
    if (port < 0 || port > 65_535) {
      throw usage(verb, option, "127.0.0.1:8080", "\"" + given + "\"");
    }
  }

  /** What was given for a secret is not repeated: it may be the secret itself. */
  static void requireReference(String verb, String token) {
    if (!token.matches("env:.+|file:/.+")) {
      throw usage(verb, "--token", "env:NAME or file:/PATH", "something else");
    }
  }

  static Problem usage(String verb, String option, String allowed, String found) {
    return new Problem(
        Exit.REFUSED,
        CliProblem.USAGE,
        "cannot run landfall %s: %s looks like %s, not %s".formatted(verb, option, allowed, found));
  }
}
