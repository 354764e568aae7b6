package dev.landfall.replication;

import dev.landfall.workload.Side;
import java.util.List;

/**
 * One data asset as it looks from outside, at one moment.
 *
 * @param fromSource the link that carries the source's writes to the target
 * @param fromTarget the link that carries the target's writes to the source
 * @param leaks writes that came from a fenced side; empty when none is known
 * @param alarms what a person should know and nothing stops for: a log that grows, a schema changed
 * @param shared what matters only while both sides accept writes
 */
public record DataSeen(
    SideSeen source,
    SideSeen target,
    LinkSeen fromSource,
    LinkSeen fromTarget,
    CheckSeen check,
    List<Leak> leaks,
    List<String> alarms,
    SharedSeen shared) {

  public DataSeen {
    leaks = List.copyOf(leaks);
    alarms = List.copyOf(alarms);
  }

  /** An asset of which one side accepts writes at any time. */
  public DataSeen(
      SideSeen source,
      SideSeen target,
      LinkSeen fromSource,
      LinkSeen fromTarget,
      CheckSeen check,
      List<Leak> leaks,
      List<String> alarms) {
    this(source, target, fromSource, fromTarget, check, leaks, alarms, SharedSeen.NONE);
  }

  /** An asset of which neither side could be looked at. */
  public static DataSeen unreachable(String why) {
    return new DataSeen(
        SideSeen.unreachable(why),
        SideSeen.unreachable(why),
        LinkSeen.of(LinkSeen.Phase.UNKNOWN),
        LinkSeen.of(LinkSeen.Phase.UNKNOWN),
        CheckSeen.NONE,
        List.of(),
        List.of());
  }

  public SideSeen on(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  public LinkSeen from(Side side) {
    return side == Side.SOURCE ? fromSource : fromTarget;
  }
}
