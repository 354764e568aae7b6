package dev.landfall.promotion;

import dev.landfall.access.AccessSeen;
import dev.landfall.rehearsal.Configuration;
import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.CopyProgress;
import dev.landfall.replication.DataOrder;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Access;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Route;
import dev.landfall.workload.Side;
import dev.landfall.workload.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * An outside in which every order succeeds: what a plan is walked through. An order shows its
 * effect at once, and what takes time is done by {@link #settled}.
 */
final class IdealWorld {
  private static final Settling UNDER_WAY =
      new Settling(false, false, Optional.empty(), List.of(), List.of());

  private IdealWorld() {}

  /** Before anything was touched. */
  static World untouched(Workload workload) {
    var data = new HashMap<String, DataSeen>();
    for (Asset.Data asset : workload.data()) {
      data.put(
          asset.name(),
          new DataSeen(
              side(Fence.OPEN),
              side(Fence.OPEN),
              LinkSeen.of(LinkSeen.Phase.ABSENT),
              LinkSeen.of(LinkSeen.Phase.ABSENT),
              CheckSeen.NONE,
              List.of(),
              List.of()));
    }
    var routes = new HashMap<String, RouteSeen>();
    for (Route route : workload.routes()) {
      routes.put(
          route.name(),
          route(
              Optional.empty(),
              route.traits().slow() ? Optional.of(Settling.UNASKED) : Optional.empty()));
    }
    var access = new HashMap<String, AccessSeen>();
    for (Access each : workload.access()) {
      access.put(each.name(), AccessSeen.of(each.roles()));
    }
    return new World(data, routes, Optional.of(Configuration.NONE), access);
  }

  /** After an order was given. */
  static World after(World world, Action action, long epoch) {
    var data = new HashMap<>(world.data());
    var routes = new HashMap<>(world.routes());
    var access = new HashMap<>(world.access());
    switch (action) {
      case Action.OnData(String asset, DataOrder order) ->
          data.put(asset, after(world.data(asset), order, epoch));
      case Action.OnRoute(String route, RouteOrder order) ->
          routes.put(
              route, route(Optional.of(order), world.route(route).settling().map(_ -> UNDER_WAY)));
      case Action.OnAccess ended -> access.put(ended.access(), AccessSeen.of(List.of()));
    }
    return new World(data, routes, world.configuration(), access);
  }

  /** After everything that takes time has ended. */
  static World settled(World world, Instant now) {
    var data = new HashMap<String, DataSeen>();
    world.data().forEach((name, seen) -> data.put(name, settled(seen, now)));
    var routes = new HashMap<String, RouteSeen>();
    world.routes().forEach((name, seen) -> routes.put(name, settled(seen)));
    return new World(data, routes, world.configuration(), world.access());
  }

  private static RouteSeen settled(RouteSeen seen) {
    boolean ready = seen.order().filter(RouteOrder::prepare).isPresent();
    return route(
        seen.order(),
        seen.settling()
            .map(_ -> new Settling(ready, true, Optional.empty(), List.of(), List.of())));
  }

  private static DataSeen after(DataSeen seen, DataOrder order, long epoch) {
    return switch (order) {
      case DataOrder.Follow(Side from) -> followed(seen, from);
      case DataOrder.FollowBoth _ ->
          links(seen, LinkSeen.of(LinkSeen.Phase.FOLLOWING), LinkSeen.of(LinkSeen.Phase.FOLLOWING));
      case DataOrder.PartSequences(String token) ->
          with(seen, Side.TARGET, aligned(seen.target(), token));
      case DataOrder.FenceOff(Side side) ->
          with(seen, side, fenced(seen.on(side), Fence.FENCED, epoch));
      case DataOrder.Open(Side side) -> with(seen, side, fenced(seen.on(side), Fence.OPEN, epoch));
      case DataOrder.MakeWay(Side side) ->
          with(seen, side, seen.on(side).occupiedBy(Optional.empty()));
      case DataOrder.Mark(Side side, String token) ->
          with(
              seen,
              side,
              marked(
                  fenced(seen.on(side), seen.on(side).fence(), epoch),
                  Optional.of(token),
                  seen.on(side).arrived()));
      case DataOrder.AlignSequences(Side side, String token) ->
          with(seen, side, aligned(seen.on(side), token));
      case DataOrder.Compare(String token) -> checked(seen, compared(seen.check(), token));
      case DataOrder.Sever(Side owner) -> severed(seen, owner, epoch);
      case DataOrder.GoOnAlone(Side survivor) -> severed(seen, survivor, epoch);
    };
  }

  private static DataSeen followed(DataSeen seen, Side from) {
    boolean first = seen.fromSource().phase() == LinkSeen.Phase.ABSENT;
    LinkSeen link = first ? copying() : LinkSeen.of(LinkSeen.Phase.FOLLOWING);
    DataSeen linked = from == Side.SOURCE ? links(seen, link, seen.fromTarget()) : seen;
    return first
        ? with(linked, Side.TARGET, fenced(linked.target(), Fence.FENCED, 1))
        : links(linked, linked.fromSource(), LinkSeen.of(LinkSeen.Phase.FOLLOWING));
  }

  private static DataSeen settled(DataSeen seen, Instant now) {
    if (seen.fromSource().phase() == LinkSeen.Phase.ABSENT) {
      return seen;
    }
    LinkSeen following =
        new LinkSeen(
            LinkSeen.Phase.FOLLOWING,
            Optional.of(0L),
            Optional.of(Duration.ZERO),
            Optional.of(0L),
            Optional.empty(),
            Optional.empty());
    SideSeen source = marked(seen.source(), seen.source().marked(), seen.target().marked());
    SideSeen target = marked(seen.target(), seen.target().marked(), seen.source().marked());
    CheckSeen check = seen.check();
    CheckSeen baseline =
        new CheckSeen(Optional.of(now), 100, 0, 0, check.token(), 0, Duration.ZERO, List.of());
    return new DataSeen(source, target, following, following, baseline, List.of(), List.of());
  }

  private static DataSeen severed(DataSeen seen, Side owner, long epoch) {
    DataSeen unlinked =
        links(seen, LinkSeen.of(LinkSeen.Phase.ABSENT), LinkSeen.of(LinkSeen.Phase.ABSENT));
    return with(unlinked, owner, fenced(unlinked.on(owner), Fence.OPEN, epoch));
  }

  private static LinkSeen copying() {
    return new LinkSeen(
        LinkSeen.Phase.COPYING,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new CopyProgress("rows", 0, 0, 0, 0, 0, 0, 0, Optional.empty())),
        Optional.empty());
  }

  private static SideSeen side(Fence fence) {
    return new SideSeen(
        Optional.empty(), fence, 0, Optional.empty(), Optional.empty(), Optional.empty(), 0);
  }

  private static SideSeen fenced(SideSeen side, Fence fence, long epoch) {
    return new SideSeen(
        side.fault(), fence, epoch, side.marked(), side.arrived(), side.aligned(), 0);
  }

  private static SideSeen marked(SideSeen side, Optional<String> marked, Optional<String> arrived) {
    return new SideSeen(
        side.fault(), side.fence(), side.epoch(), marked, arrived, side.aligned(), 0);
  }

  private static SideSeen aligned(SideSeen side, String token) {
    return new SideSeen(
        side.fault(),
        side.fence(),
        side.epoch(),
        side.marked(),
        side.arrived(),
        Optional.of(token),
        0);
  }

  private static CheckSeen compared(CheckSeen check, String token) {
    return new CheckSeen(
        check.baselineFrom(), 100, 0, 0, Optional.of(token), 0, Duration.ZERO, List.of());
  }

  private static DataSeen with(DataSeen seen, Side side, SideSeen now) {
    return new DataSeen(
        side == Side.SOURCE ? now : seen.source(),
        side == Side.TARGET ? now : seen.target(),
        seen.fromSource(),
        seen.fromTarget(),
        seen.check(),
        List.of(),
        List.of());
  }

  private static DataSeen links(DataSeen seen, LinkSeen fromSource, LinkSeen fromTarget) {
    return new DataSeen(
        seen.source(), seen.target(), fromSource, fromTarget, seen.check(), List.of(), List.of());
  }

  private static DataSeen checked(DataSeen seen, CheckSeen check) {
    return new DataSeen(
        seen.source(),
        seen.target(),
        seen.fromSource(),
        seen.fromTarget(),
        check,
        List.of(),
        List.of());
  }

  private static RouteSeen route(Optional<RouteOrder> order, Optional<Settling> settling) {
    return new RouteSeen(
        Optional.empty(),
        order,
        order.flatMap(RouteOrder::hold).isPresent(),
        false,
        0,
        0,
        0,
        Duration.ZERO,
        0,
        Optional.of(true),
        Optional.of(true),
        List.of(),
        settling);
  }
}
