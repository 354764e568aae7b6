package dev.landfall.promotion;

import dev.landfall.replication.CheckSeen;
import dev.landfall.replication.DataSeen;
import dev.landfall.replication.Difference;
import dev.landfall.replication.Fence;
import dev.landfall.replication.Leak;
import dev.landfall.replication.LinkSeen;
import dev.landfall.replication.Occupation;
import dev.landfall.replication.SideSeen;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Side;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds what a controller could see of the workload of {@link Promotions}. */
final class Worlds {
  private final Map<Side, SideSeen> sides = new EnumMap<>(Side.class);
  private final Map<Side, LinkSeen> links = new EnumMap<>(Side.class);
  private final List<Leak> leaks = new ArrayList<>();
  private Optional<String> compared = Optional.empty();
  private Optional<Instant> baseline = Optional.of(Promotions.NOW);
  private List<Difference> differences = List.of();
  private Optional<RouteOrder> order = Optional.of(Promotions.order(1, 0, false));
  private Optional<String> routeFault = Optional.empty();
  private boolean holding;
  private boolean ranOut;
  private long inFlight;
  private long unsafe;
  private boolean healthy = true;
  private Map<Side, String> unable = Map.of();

  private Worlds() {
    sides.put(Side.SOURCE, side(Fence.OPEN, 1));
    sides.put(Side.TARGET, side(Fence.FENCED, 1));
    links.put(Side.SOURCE, following(0));
    links.put(Side.TARGET, LinkSeen.of(LinkSeen.Phase.ABSENT));
  }

  private SideSeen on(Side side) {
    return sides.getOrDefault(side, side(Fence.UNKNOWN, 0));
  }

  private LinkSeen from(Side side) {
    return links.getOrDefault(side, LinkSeen.of(LinkSeen.Phase.UNKNOWN));
  }

  /** The source owns the data, and the target follows it. */
  static Worlds staged() {
    return new Worlds();
  }

  /** Both are fenced by this epoch, and users are held. */
  static Worlds fenced(long epoch) {
    return staged()
        .fence(Side.SOURCE, Fence.FENCED, epoch)
        .fence(Side.TARGET, Fence.FENCED, epoch)
        .route(Promotions.order(epoch, 0, true))
        .holding(true);
  }

  /** Everything is proven, and the link has been turned round. */
  static Worlds proven(long epoch, String token) {
    return fenced(epoch)
        .link(Side.SOURCE, LinkSeen.Phase.ABSENT)
        .link(Side.TARGET, LinkSeen.Phase.FOLLOWING)
        .tokens(Side.SOURCE, Optional.of(token), Optional.of(token), Optional.empty())
        .tokens(Side.TARGET, Optional.of(token), Optional.of(token), Optional.of(token))
        .compared(token);
  }

  private static SideSeen side(Fence fence, long epoch) {
    return new SideSeen(
        Optional.empty(), fence, epoch, Optional.empty(), Optional.empty(), Optional.empty(), 0);
  }

  private static LinkSeen following(long lagMillis) {
    return new LinkSeen(
        LinkSeen.Phase.FOLLOWING,
        Optional.of(0L),
        Optional.of(Duration.ofMillis(lagMillis)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  Worlds fence(Side side, Fence fence, long epoch) {
    SideSeen was = on(side);
    sides.put(
        side,
        new SideSeen(
            Optional.empty(), fence, epoch, was.marked(), was.arrived(), was.aligned(), 0));
    return this;
  }

  Worlds tokens(
      Side side, Optional<String> marked, Optional<String> arrived, Optional<String> aligned) {
    SideSeen was = on(side);
    sides.put(
        side,
        new SideSeen(Optional.empty(), was.fence(), was.epoch(), marked, arrived, aligned, 0));
    return this;
  }

  Worlds heard(Side side, Instant until) {
    SideSeen was = on(side);
    sides.put(
        side,
        new SideSeen(
            Optional.empty(),
            was.fence(),
            was.epoch(),
            was.marked(),
            was.arrived(),
            was.aligned(),
            0,
            Optional.of(until)));
    return this;
  }

  Worlds occupied(Side side, String words, boolean yields) {
    sides.put(side, on(side).occupiedBy(Optional.of(new Occupation(words, yields))));
    return this;
  }

  Worlds away(Side side) {
    return away(side, SideSeen.unreachable("no answer"));
  }

  /** Its server is there, and lets nobody of ours in. */
  Worlds refusing(Side side, String why) {
    return away(side, SideSeen.refusing(why));
  }

  private Worlds away(Side side, SideSeen unread) {
    sides.put(side, unread);
    links.put(side, LinkSeen.of(LinkSeen.Phase.UNKNOWN));
    if (from(side.other()).phase() == LinkSeen.Phase.FOLLOWING) {
      links.put(side.other(), LinkSeen.of(LinkSeen.Phase.RETAINING));
    }
    return this;
  }

  Worlds link(Side from, LinkSeen.Phase phase) {
    links.put(from, phase == LinkSeen.Phase.FOLLOWING ? following(0) : LinkSeen.of(phase));
    return this;
  }

  /** A link that is absent, but for a slot that keeps log for nobody. */
  Worlds leftover(Side from, long bytes) {
    links.put(
        from,
        new LinkSeen(
            LinkSeen.Phase.ABSENT,
            Optional.empty(),
            Optional.empty(),
            Optional.of(bytes),
            Optional.empty(),
            Optional.empty()));
    return this;
  }

  Worlds lag(Side from, long millis) {
    links.put(from, following(millis));
    return this;
  }

  Worlds leak(Side side) {
    leaks.add(new Leak(side, "public.orders", "id=7"));
    return this;
  }

  Worlds compared(String token) {
    compared = Optional.of(token);
    return this;
  }

  Worlds neverCompared() {
    baseline = Optional.empty();
    return this;
  }

  Worlds different() {
    differences = List.of(new Difference("public.orders", "id=17", "not equal"));
    return this;
  }

  Worlds route(RouteOrder given) {
    order = Optional.of(given);
    return this;
  }

  Worlds routeAway() {
    routeFault = Optional.of("no answer");
    return this;
  }

  Worlds holding(boolean now) {
    holding = now;
    return this;
  }

  Worlds holdRanOut() {
    holding = false;
    ranOut = true;
    return this;
  }

  Worlds inFlight(long all, long mayWrite) {
    inFlight = all;
    unsafe = mayWrite;
    return this;
  }

  Worlds unhealthy() {
    healthy = false;
    return this;
  }

  /** The plane says that it could not lead users to a side. */
  Worlds unable(Side to, String why) {
    unable = Map.of(to, why);
    return this;
  }

  World seen() {
    var check =
        new CheckSeen(baseline, 100, 0, 1000, compared, 12, Duration.ofMillis(9), differences);
    var data =
        new DataSeen(
            on(Side.SOURCE),
            on(Side.TARGET),
            from(Side.SOURCE),
            from(Side.TARGET),
            check,
            leaks,
            List.of());
    RouteSeen route =
        routeFault
            .map(RouteSeen::unreachable)
            .orElseGet(() ->
                new RouteSeen(
                    Optional.empty(),
                    order,
                    holding,
                    ranOut,
                    inFlight,
                    unsafe,
                    0,
                    Duration.ofMillis(140),
                    0,
                    Optional.of(true),
                    Optional.of(healthy),
                    List.of()));
    return new World(Map.of("orders", data), Map.of("front", route.withUnable(unable)));
  }
}
