package dev.landfall.engine;

import dev.landfall.routing.Cohort;
import dev.landfall.routing.Group;
import dev.landfall.routing.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users who come by a plane in numbers, which the plane counts; nobody looks at any one of them. A
 * few of their requests fail everywhere, and most of those on the target while that does harm.
 */
final class Crowd {
  private static final double PER_SECOND = 120;
  private static final double MOVED_LEAST = 0.2;
  private static final double FAIL = 0.01;
  private static final double FAIL_IN_HARM = 0.7;

  /** When the target does harm; in microseconds of the virtual time. */
  static final class Harm {
    private final long from;
    private long until;

    Harm(long from, long until) {
      this.from = from;
      this.until = until;
    }

    boolean at(long micros) {
      return micros >= from && micros < until;
    }

    void end(long micros) {
      until = Math.min(until, micros);
    }

    /** Whether there was any until now. */
    boolean everUntil(long micros) {
      return micros >= from && until > from;
    }
  }

  private record Count(double requests, double failed) {
    Count plus(double more, double rate) {
      return new Count(requests + more, failed + more * rate);
    }
  }

  private final Harm harm;
  private final boolean counted;
  private final Map<Group, Count> counts = new EnumMap<>(Group.class);
  private boolean coming;
  private long since;
  private double movedEver;

  Crowd(Harm harm, boolean coming) {
    this(harm, coming, true);
  }

  private Crowd(Harm harm, boolean coming, boolean counted) {
    this.harm = harm;
    this.counted = counted;
    this.coming = coming;
  }

  /** Nobody: a plane that tells nobody from anybody counts nobody. */
  static Crowd none() {
    return new Crowd(new Harm(Long.MAX_VALUE, Long.MAX_VALUE), false, false);
  }

  /** Time has passed, in which users were led so; null while nobody was served. */
  void until(long micros, @Nullable Cohort led) {
    double requests = PER_SECOND * (micros - since) / Scenario.SECOND;
    since = micros;
    if (led == null || !counted) {
      return;
    }
    if (!coming) {
      // They do not come: the plane tells of nobody.
      requests = 0;
    }
    double share = led.isNobody() ? 0 : Math.max(MOVED_LEAST, (double) led.share() / Cohort.ALL);
    count(Group.MOVED, requests * share, harm.at(micros) ? FAIL_IN_HARM : FAIL);
    count(Group.STAYED, requests * (1 - share) / 2, FAIL);
    count(Group.STAYED_TOO, requests * (1 - share) / 2, FAIL);
    movedEver += requests * share;
  }

  private void count(Group group, double requests, double rate) {
    counts.merge(group, new Count(requests, requests * rate), (was, _) -> was.plus(requests, rate));
  }

  /** What the plane says; nothing when it does not count. */
  List<Tally> tallies() {
    var tallies = new ArrayList<Tally>();
    counts.forEach((group, count) ->
        tallies.add(
            new Tally(
                group,
                (long) count.requests,
                (long) count.failed,
                Tally.BOUNDS_MICROS.stream().map(_ -> 0L).toList())));
    return tallies;
  }

  /** The plane is a new process, and counts from nothing. */
  void restart() {
    counts.clear();
  }

  /** From now on they come, if they did not. */
  void come() {
    coming = true;
  }

  /** Requests of those who moved that were counted, whatever became of the plane since. */
  double movedEver() {
    return movedEver;
  }
}
