package dev.landfall.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs that give an order about a promotion that is known already. */
final class OrderVerbs {
  /** Where users fly to when none is to be on the target; no flight may have the name. */
  private static final String NOBODY = "nobody";

  private OrderVerbs() {}

  /** What is asked of the operations. */
  @FunctionalInterface
  interface Asking {
    Operations.Ended ask(Operations operations, Operations.Watcher watcher);
  }

  /** Asks, shows what happens meanwhile, and says how it ended. */
  static int carryOut(Cli cli, Asking asking) {
    var screen = cli.screen();
    Operations.Watcher shown = cli.json() ? _ -> {} : screen;
    Operations.Ended ended;
    try (var operations = cli.operations();
        var leaving = new Leaving(cli)) {
      Operations.Watcher watcher =
          status -> {
            leaving.seen(status);
            shown.seen(status);
          };
      ended = asking.ask(operations, watcher);
    } finally {
      screen.wipe();
    }
    if (cli.json()) {
      cli.answer(document(ended));
    } else {
      screen.line(screen.strong(ended.workload()) + ": " + ended.message());
      if (ended.unattended()) {
        screen.line(Leaving.unattended(ended.workload(), cli.data()));
      }
    }
    return ended.exit().number();
  }

  /** With the number that the process ends with, as in the document of an error. */
  static Map<String, Object> document(Operations.Ended ended) {
    var document = new LinkedHashMap<String, Object>();
    document.put("exit", ended.exit().number());
    document.put("code", ended.code());
    document.put("workload", ended.workload());
    document.put("state", ended.state());
    document.put("message", ended.message());
    document.put("unattended", ended.unattended());
    return document;
  }

  /** What is typed with every order: which promotion it is about, and why it is given. */
  static final class Wish {
    @Parameters(paramLabel = "WORKLOAD", description = "The name in the workload file.")
    private String workload = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
    private String reason = "";

    Operations.Order order(Cli cli) {
      return new Operations.Order(workload, cli.user(), reason);
    }
  }

  /** The same, where nobody may leave out why. */
  static final class ReasonedWish {
    @Parameters(paramLabel = "WORKLOAD", description = "The name in the workload file.")
    String workload = "";

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; kept in the history.")
    private String reason = "";

    Operations.Order order(Cli cli) {
      return new Operations.Order(workload, cli.user(), reason);
    }
  }

  /** {@code landfall rollback WORKLOAD}. */
  @Command(
      name = "rollback",
      description = {
        "Brings all users and every write back to the source, with the same short hold. Refused",
        "once the promotion is completed: then there is no link to bring the writes back."
      },
      footer = {"", "Example:", "  landfall rollback shop --reason \"checkout is slow\""})
  static final class Rollback implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final ReasonedWish wish = new ReasonedWish();

    Rollback(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = wish.order(cli);
      return carryOut(cli, (operations, watcher) -> operations.rollback(order, watcher));
    }
  }

  /** {@code landfall complete WORKLOAD}. */
  @Command(
      name = "complete",
      description = {
        "Severs the link between the sides, for ever: afterwards nothing can be rolled back. The",
        "source keeps its data and stays closed to writes."
      },
      footer = {"", "Example:", "  landfall complete shop --sever"})
  static final class Complete implements Callable<Integer> {
    private final Cli cli;

    @Option(names = "--sever", description = "Say that it is meant: severing cannot be taken back.")
    private boolean sever;

    @Mixin private final Wish wish = new Wish();

    Complete(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      if (!sever) {
        throw new Problem(
            Exit.REFUSED,
            CliProblem.UNCONFIRMED,
            "cannot complete "
                + wish.workload
                + ": it severs the link for ever, and a rollback is refused afterwards;"
                + " add --sever when that is meant");
      }
      var order = wish.order(cli);
      return carryOut(cli, (operations, watcher) -> operations.complete(order, watcher));
    }
  }

  /** {@code landfall pause WORKLOAD}. */
  @Command(
      name = "pause",
      description = {
        "Begins nothing new until it is resumed. Replication goes on; a cutover under way is",
        "finished or taken back."
      },
      footer = {"", "Example:", "  landfall pause shop --reason \"change freeze\""})
  static final class Pause implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Wish wish = new Wish();

    Pause(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = wish.order(cli);
      return carryOut(cli, (operations, _) -> operations.pause(order));
    }
  }

  /** {@code landfall resume WORKLOAD}. */
  @Command(
      name = "resume",
      description = "Goes on after a pause, or after somebody has looked at a parked promotion.",
      footer = {"", "Example:", "  landfall resume shop --reason \"disk was enlarged\""})
  static final class Resume implements Callable<Integer> {
    private final Cli cli;

    @Mixin private final Wish wish = new Wish();

    Resume(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = wish.order(cli);
      return carryOut(cli, (operations, watcher) -> operations.resume(order, watcher));
    }
  }

  /** {@code landfall go-on WORKLOAD}. */
  @Command(
      name = "go-on",
      description = {
        "Takes the flight that is being judged for passed, because a person says so: where nothing",
        "can be told, or nobody wants to wait. The next flight is judged as ever."
      },
      footer = {
        "",
        "Example:",
        "  landfall go-on shop --flight staff --reason \"support has seen no trouble\""
      })
  static final class GoOn implements Callable<Integer> {
    private final Cli cli;

    @Option(
        names = "--flight",
        paramLabel = "NAME",
        required = true,
        description = "The name of the flight that is meant.")
    private String flight = "";

    @Mixin private final ReasonedWish wish = new ReasonedWish();

    GoOn(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = wish.order(cli);
      return carryOut(cli, (operations, _) -> operations.goOn(order, flight));
    }
  }

  /** {@code landfall fly WORKLOAD}. */
  @Command(
      name = "fly",
      description = {
        "Leads users to a flight that you choose: ahead, past flights that are not flown then; or",
        "back, when it pauses there; or to nobody, when all are on the source. Returns once they",
        "are led so. Whoever flies is judged as ever."
      },
      footer = {
        "",
        "Examples:",
        "  landfall fly shop --to quarter --reason \"the staff have used it for a month\"",
        "  landfall fly shop --to nobody --reason \"support wants to look first\""
      })
  static final class Fly implements Callable<Integer> {
    private final Cli cli;

    @Option(
        names = "--to",
        paramLabel = "FLIGHT",
        required = true,
        description = "The name of the last flight whose users are on the target, or nobody.")
    private String to = "";

    @Mixin private final ReasonedWish wish = new ReasonedWish();

    Fly(Cli cli) {
      this.cli = cli;
    }

    @Override
    public Integer call() {
      var order = wish.order(cli);
      Optional<String> flight = Optional.of(to).filter(name -> !name.equals(NOBODY));
      return carryOut(cli, (operations, watcher) -> operations.fly(order, flight, watcher));
    }
  }
}
