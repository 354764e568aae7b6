package dev.landfall.cli;

import dev.landfall.workload.Side;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code landfall give-up WORKLOAD}. */
@Command(
    name = "give-up",
    description = {
      "Goes on without a side whose data is lost for good. The other side gets the users, with"
          + " what",
      "it has: writes that had not arrived there are lost, and there is no way back. Refused while",
      "the side answers."
    },
    footer = {
      "",
      "Example:",
      "  landfall give-up shop --side target --yes-lose target --reason \"region is gone\""
    })
final class GiveUpVerb implements Callable<Integer> {
  /** The sides, as they are typed. */
  enum Which {
    source(Side.SOURCE),
    target(Side.TARGET);

    private final Side side;

    Which(Side side) {
      this.side = side;
    }
  }

  private final Cli cli;

  @Option(
      names = "--side",
      paramLabel = "SIDE",
      required = true,
      description = "The side that is lost: one of ${COMPLETION-CANDIDATES}.")
  private Which side = Which.target;

  @Option(
      names = "--yes-lose",
      paramLabel = "SIDE",
      description = "The same side again, to say that its last writes may be lost.")
  private @Nullable Which lose;

  @Mixin private final OrderVerbs.ReasonedWish wish = new OrderVerbs.ReasonedWish();

  GiveUpVerb(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (lose != side) {
      throw new Problem(
          Exit.REFUSED,
          CliProblem.UNCONFIRMED,
          "cannot give the "
              + side
              + " of "
              + wish.workload
              + " up: its last writes may be lost, and there is no way back; add --yes-lose "
              + side
              + " when that is meant");
    }
    var order = wish.order(cli);
    return OrderVerbs.carryOut(
        cli, (operations, watcher) -> operations.giveUp(order, side.side, watcher));
  }
}
