package dev.landfall.engine;

import dev.landfall.engine.Name.Look;
import dev.landfall.engine.Name.Said;
import dev.landfall.engine.Name.There;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Settling;
import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one process knows of a name that it was ordered to move: the steps of the plane for DNS,
 * told again in few words. A step is left only once each server has been seen to say the new for as
 * long as caches may keep the old; a process that starts anew waits for the step from its
 * beginning.
 */
final class Tending {
  /** How late an honest resolver may be seen to be without being called a liar. */
  private static final long DOUBT = Scenario.MILLI;

  private static final long UNSEEN = -1;

  /** Where it is. */
  enum Step {
    SWITCHING,
    LOWERING,
    READY,
    RESTORING,
    DONE
  }

  final RouteOrder order;
  private final Side side;
  private final long low;
  private final long full;
  private final TreeSet<Integer> liars = new TreeSet<>();
  private Step step;
  private long kept;
  private long[] right;
  private boolean someBehind;
  private boolean settled;

  /** The number of the change by which the primary was told last. */
  long number;

  /** Whether the primary is known to have taken the order: only then it is tended. */
  boolean taken;

  private Tending(RouteOrder order, Step step, long full, long low, long kept) {
    this.order = order;
    this.side = sideOf(order);
    this.step = step;
    this.full = full;
    this.low = low;
    this.kept = kept;
    this.right = unseen();
  }

  private static long[] unseen() {
    var none = new long[2];
    Arrays.fill(none, UNSEEN);
    return none;
  }

  static Side sideOf(RouteOrder order) {
    return order.cohort().isEverybody() ? Side.TARGET : Side.SOURCE;
  }

  /** What follows from an order by what the primary has. */
  static Tending begin(RouteOrder order, There there, long low) {
    long kept = Math.max(there.kept(), there.said().ttl());
    Step step;
    if (there.said().side() != sideOf(order) || there.step() == Step.SWITCHING) {
      step = Step.SWITCHING;
    } else if (order.prepare()) {
      step = there.step() == null ? Step.SWITCHING : Step.LOWERING;
    } else {
      step = Step.RESTORING;
    }
    return new Tending(order, step, there.full(), low, step == Step.RESTORING ? 0 : kept);
  }

  /** The same work for a newer order, when it is the same; absent when it is not. */
  Optional<Tending> goOn(RouteOrder next) {
    boolean same = sideOf(next) == side;
    boolean alike = next.prepare() == order.prepare();
    if (!same || !(alike || step == Step.SWITCHING)) {
      return Optional.empty();
    }
    var tending = new Tending(next, step, full, low, kept);
    tending.right = right;
    tending.settled = settled;
    tending.taken = taken && next.equals(order);
    tending.someBehind = someBehind;
    tending.liars.addAll(liars);
    return Optional.of(tending);
  }

  /** What the primary is to have now. */
  There wanted(There there) {
    boolean restored = step == Step.RESTORING || step == Step.DONE;
    Said said = new Said(side, restored ? full : low);
    return new There(
        there.number() + 1,
        order,
        said,
        step,
        full,
        restored ? 0 : step == Step.READY ? low : kept);
  }

  boolean isSo(There there) {
    There wanted = wanted(there);
    return order.equals(there.order())
        && wanted.said().equals(there.said())
        && wanted.step() == there.step()
        && wanted.kept() == there.kept();
  }

  /** Everybody was asked. */
  void seen(Look look, long now) {
    boolean astray = servers(look, now);
    panel(look, now);
    settled = now >= settledAt() && !someBehind;
    switch (step) {
      case SWITCHING -> {
        if (settled) {
          step = order.prepare() ? Step.READY : Step.RESTORING;
          if (step == Step.RESTORING) {
            kept = 0;
            right = unseen();
            settled = false;
          }
        }
      }
      case LOWERING, READY -> step = settled ? Step.READY : astray ? Step.SWITCHING : Step.LOWERING;
      case RESTORING, DONE -> step = settled ? Step.DONE : Step.RESTORING;
    }
  }

  private boolean servers(Look look, long now) {
    boolean astray = false;
    Said wanted = wanted(look.there()).said();
    for (int i = 0; i < right.length; i++) {
      Optional<Said> said = look.servers().get(i);
      if (said.isEmpty()) {
        right[i] = UNSEEN;
      } else if (said.get().equals(wanted)) {
        right[i] = right[i] == UNSEEN ? now : right[i];
      } else {
        right[i] = UNSEEN;
        astray |= said.get().side() != side;
        if (!isNew(said.get(), wanted)) {
          kept = Math.max(kept, said.get().ttl());
        }
      }
    }
    return astray;
  }

  private static boolean isNew(Said said, Said wanted) {
    return said.side() == wanted.side() && said.ttl() <= wanted.ttl();
  }

  private void panel(Look look, long now) {
    someBehind = false;
    Said wanted = wanted(look.there()).said();
    long over = settledAt();
    for (int i = 0; i < look.panel().size(); i++) {
      Optional<Said> said = look.panel().get(i);
      if (said.isEmpty()) {
        continue;
      }
      boolean old = !isNew(said.get(), wanted);
      boolean tooLong = said.get().ttl() > Math.max(kept, wanted.ttl()) + DOUBT;
      boolean tooLate = old && over < Long.MAX_VALUE && now + said.get().ttl() > over + DOUBT;
      if (tooLong || tooLate) {
        liars.add(i);
      } else {
        someBehind |= old;
      }
    }
  }

  /** When the last honest cache is over the old; for ever while a server still says it. */
  private long settledAt() {
    long last = 0;
    for (long since : right) {
      if (since == UNSEEN) {
        return Long.MAX_VALUE;
      }
      last = Math.max(last, since);
    }
    return last + kept;
  }

  /** The resolvers that were found to keep answers for too long. */
  Set<Integer> liars() {
    return liars;
  }

  Settling settling() {
    var waits = new ArrayList<String>();
    boolean done = step == Step.DONE || step == Step.READY;
    if (!done) {
      waits.add("the step of " + step);
    }
    return new Settling(
        step == Step.READY,
        done,
        Optional.empty(),
        List.copyOf(waits),
        liars.stream().map(each -> "resolver " + each).toList());
  }
}
