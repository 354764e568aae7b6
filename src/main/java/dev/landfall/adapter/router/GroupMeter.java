package dev.landfall.adapter.router;

import dev.landfall.routing.Group;
import dev.landfall.routing.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What became of the requests of one group of users, since the router started. */
final class GroupMeter {
  private final Group group;
  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /** By the bound that a request was the first not to be slower than; the last is beyond all. */
  private final LongAdder[] within = new LongAdder[Tally.BOUNDS_MICROS.size() + 1];

  GroupMeter(Group group) {
    this.group = group;
    for (int i = 0; i < within.length; i++) {
      within[i] = new LongAdder();
    }
  }

  static Map<Group, GroupMeter> all() {
    var meters = new EnumMap<Group, GroupMeter>(Group.class);
    for (Group group : Group.values()) {
      meters.put(group, new GroupMeter(group));
    }
    return Map.copyOf(meters);
  }

  /** A service answered, so long after the request was sent on to it. */
  void answered(boolean asFailed, long nanos) {
    if (asFailed) {
      failed.increment();
    }
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    int at = 0;
    while (at < Tally.BOUNDS_MICROS.size() && micros > Tally.BOUNDS_MICROS.get(at)) {
      at++;
    }
    within[at].increment();
    requests.increment();
  }

  /** A service did not answer, or not before its user gave up. */
  void failed() {
    failed.increment();
    within[within.length - 1].increment();
    requests.increment();
  }

  /** A service broke off in the middle of an answer that was counted already. */
  void brokenOff() {
    failed.increment();
  }

  Tally tally() {
    var slower = new ArrayList<Long>();
    long beyond = within[within.length - 1].sum();
    for (int i = within.length - 2; i >= 0; i--) {
      slower.addFirst(beyond);
      beyond += within[i].sum();
    }
    // A request that is being counted now may be in one of them and not in the other yet.
    long counted = Math.max(requests.sum(), beyond);
    return new Tally(group, counted, Math.min(failed.sum(), counted), List.copyOf(slower));
  }
}
