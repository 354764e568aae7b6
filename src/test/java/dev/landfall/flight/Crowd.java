package dev.landfall.flight;

import dev.landfall.stats.Arm;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Users who ask again and again, each at a rate of their own, counted as a plane counts them. */
final class Crowd {
  private static final int QUIET = 600;

  /** Where a user is counted. */
  enum Place {
    MOVED,
    ONE_HALF,
    OTHER_HALF
  }

  /** One of them. */
  private static final class User {
    final Place place;
    final double perSecond;
    final double failing;

    /** How probable it is that a failure is followed by another one. */
    final double again;

    int unwellUntil;
    boolean sick;

    User(Place place, double perSecond, double failing, double again) {
      this.place = place;
      this.perSecond = perSecond;
      this.failing = failing;
      this.again = again;
    }
  }

  private final List<User> users = new ArrayList<>();
  private final SplittableRandom random;
  private int second;

  Crowd(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** So many more, of whose requests this share fails, each by itself. */
  Crowd with(Place place, int count, double perSecond, double failing) {
    return with(place, count, perSecond, failing, 0);
  }

  /** The same, of whose failures each is followed by another one with a probability. */
  Crowd with(Place place, int count, double perSecond, double failing, double again) {
    for (int i = 0; i < count; i++) {
      users.add(new User(place, perSecond, failing, again));
    }
    return this;
  }

  /** What they did in so many seconds. */
  Map<String, Reading> pass(int seconds) {
    var counts = new EnumMap<Place, long[]>(Place.class);
    for (Place place : Place.values()) {
      counts.put(place, new long[4]);
    }
    for (int i = 0; i < seconds; i++) {
      for (User user : users) {
        ask(user, counts.getOrDefault(user.place, new long[4]));
      }
      second++;
    }
    return Map.of(Policy.ERRORS, reading(counts, 0), Policy.USERS, reading(counts, 2));
  }

  private void ask(User user, long[] counts) {
    for (double left = user.perSecond; left > 0; left--) {
      if (random.nextDouble() >= left) {
        continue;
      }
      boolean fails = user.sick || random.nextDouble() < user.failing;
      user.sick = fails && random.nextDouble() < user.again;
      counts[0]++;
      counts[1] += fails ? 1 : 0;
      if (second >= user.unwellUntil) {
        counts[2]++;
        counts[3] += fails ? 1 : 0;
        user.unwellUntil = fails ? second + QUIET : 0;
      }
    }
  }

  private static Reading reading(Map<Place, long[]> counts, int at) {
    return new Reading(
        arm(counts, Place.MOVED, at),
        arm(counts, Place.ONE_HALF, at),
        arm(counts, Place.OTHER_HALF, at));
  }

  private static Arm arm(Map<Place, long[]> counts, Place place, int at) {
    long[] of = counts.getOrDefault(place, new long[4]);
    return new Arm(of[at], of[at + 1]);
  }
}
