package dev.landfall.promotion;

import dev.landfall.replication.DataOrder;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import java.util.List;

/** One order to the outside. */
public sealed interface Action {
  /** An order about one data asset. */
  record OnData(String asset, DataOrder order) implements Action {
    @Override
    public String words() {
      return switch (order) {
        case DataOrder.Follow(Side from) ->
            "carry the writes of the " + from.word() + " of " + asset + " to the other side";
        case DataOrder.FollowBoth _ ->
            "carry the writes of both sides of " + asset + ", each to the other";
        case DataOrder.PartSequences _ ->
            "have the sequences on the target of " + asset + " give numbers of their own";
        case DataOrder.FenceOff(Side side) -> "fence the " + side.word() + " of " + asset;
        case DataOrder.Open(Side side) ->
            "open the " + side.word() + " of " + asset + " for writes";
        case DataOrder.MakeWay(Side side) ->
            "call off the maintenance under way on the " + side.word() + " of " + asset;
        case DataOrder.Mark(Side side, _) ->
            "mark the end of the writes on the " + side.word() + " of " + asset;
        case DataOrder.AlignSequences(Side side, _) ->
            "move the sequences on the " + side.word() + " of " + asset;
        case DataOrder.Compare _ -> "compare what changed in " + asset;
        case DataOrder.Sever _ -> "sever the link of " + asset;
        case DataOrder.GoOnAlone(Side survivor) ->
            "go on with the " + survivor.word() + " of " + asset + " alone";
      };
    }
  }

  /** An order to one plane. */
  record OnRoute(String route, RouteOrder order) implements Action {
    @Override
    public String words() {
      if (order.hold().isPresent()) {
        return "hold the requests of route " + route;
      }
      return (order.prepare() ? "keep route " + route + " quick to change, and " : "")
          + "lead "
          + order.cohort().words()
          + " of route "
          + route
          + " to the target";
    }
  }

  /**
   * An order to end an access of the adoption team.
   *
   * @param access its name in the workload file
   */
  record OnAccess(String access, String asset, List<String> roles) implements Action {
    public OnAccess {
      roles = List.copyOf(roles);
    }

    @Override
    public String words() {
      return "end the access of " + String.join(", ", roles) + " to the target of " + asset;
    }
  }

  /** The order for people, beginning with a verb. */
  String words();
}
