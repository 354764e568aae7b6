package dev.landfall.adapter.router;

import dev.landfall.routing.Group;
import dev.landfall.routing.UserTally;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What became of users, each counted as one, since the router started: see {@link UserTally}.
 * Remembers who is in trouble, by their marks and up to a bound. Beyond it only every second user
 * is looked at, then every fourth, and so on: those whose marks end in so many zero bits, whatever
 * group they are in. When it has become quiet, twice as many are looked at again, and after a while
 * twice as many as those: who of them is in trouble is not known at first, so they are only watched
 * until whatever trouble they were in is over.
 */
final class UserMeter {
  /** Several megabytes at most. */
  static final int REMEMBERED_MAX = 65_536;

  /** So many are forgotten with one request at most, or it would wait for all of an outage. */
  private static final int RECOVERED_MAX = 256;

  private static final UserTally ASKED = new UserTally(1, 0);
  private static final UserTally HARMED = new UserTally(0, 1);
  private static final long QUIET = UserTally.QUIET.toSeconds();

  private final LongSupplier nowSeconds;
  private final int rememberedMax;
  private final Object lock = new Object();
  private final Map<Group, UserTally> tallies = new EnumMap<>(Group.class);

  /** When the trouble of those began who are in it, in seconds; the longest ago first. */
  private final Map<Integer, Long> troubled = new LinkedHashMap<>();

  private int zeroBits;

  /** Until then, in seconds, those who came last into the sample are only watched. */
  private long newcomersUntil = Long.MIN_VALUE;

  /**
   * @param nowSeconds a clock that is never set back
   * @param rememberedMax how many users in trouble are remembered; 1 or more
   */
  UserMeter(LongSupplier nowSeconds, int rememberedMax) {
    this.nowSeconds = nowSeconds;
    this.rememberedMax = rememberedMax;
  }

  /**
   * A request of a user has come to its end.
   *
   * @param mark of the user, see {@link dev.landfall.routing.Sorter#mark}
   * @param failed whether it failed
   */
  void saw(Group group, int mark, boolean failed) {
    count(group, mark, true, failed);
  }

  /** An answer broke off whose request has been seen to be answered already. */
  void brokeOff(Group group, int mark) {
    count(group, mark, false, true);
  }

  private void count(Group group, int mark, boolean asked, boolean failed) {
    synchronized (lock) {
      long now = nowSeconds.getAsLong();
      recover(now);
      if (!isLookedAt(mark) || isTroubled(mark, now)) {
        return;
      }
      boolean counts = now >= newcomersUntil || Integer.numberOfTrailingZeros(mark) > zeroBits;
      if (counts && asked) {
        tallies.merge(group, ASKED, UserTally::plus);
      }
      if (failed) {
        if (counts) {
          tallies.merge(group, HARMED, UserTally::plus);
        }
        troubled.put(mark, now);
        forgetSome();
      }
    }
  }

  private boolean isTroubled(int mark, long now) {
    Long since = troubled.get(mark);
    if (since != null && now - since >= QUIET) {
      troubled.remove(mark);
      return false;
    }
    return since != null;
  }

  private boolean isLookedAt(int mark) {
    return Integer.numberOfTrailingZeros(mark) >= zeroBits;
  }

  /** Those are well again whose trouble began long enough ago, some of them with each request. */
  private void recover(long now) {
    Iterator<Long> longestAgoFirst = troubled.values().iterator();
    int left = RECOVERED_MAX;
    while (left > 0 && longestAgoFirst.hasNext() && now - longestAgoFirst.next() >= QUIET) {
      longestAgoFirst.remove();
      left--;
    }
    if (zeroBits > 0 && now >= newcomersUntil && troubled.size() <= rememberedMax / 4) {
      zeroBits--;
      newcomersUntil = now + QUIET;
    }
  }

  private void forgetSome() {
    while (troubled.size() > rememberedMax) {
      zeroBits++;
      // Whoever is left was in the sample before the last newcomers came, and is known.
      newcomersUntil = Long.MIN_VALUE;
      troubled.keySet().removeIf(each -> !isLookedAt(each));
    }
  }

  UserTally tally(Group group) {
    synchronized (lock) {
      return tallies.getOrDefault(group, UserTally.NONE);
    }
  }

  /** One of how many users is looked at: 1 for everybody. */
  long oneIn() {
    synchronized (lock) {
      return 1L << zeroBits;
    }
  }
}
