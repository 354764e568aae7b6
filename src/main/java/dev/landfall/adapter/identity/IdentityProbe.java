package dev.landfall.adapter.identity;

import dev.landfall.access.UserRights;
import dev.landfall.access.UserRights.Found;
import dev.landfall.engine.Probe;
import dev.landfall.problem.OutsideException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A check that users have on the target what they had on the source, no less and no more (R43). The
 * evidence names each user and right; the reason only counts.
 */
public final class IdentityProbe implements Probe {
  /** What is kept must have a bound; nobody reads more either. */
  static final int LINES_MAX = 100_000;

  private final String cohort;
  private final Set<String> named;
  private final Set<String> targetOnly;
  private final List<Pair> pairs;

  /**
   * One system on both sides.
   *
   * @param name how people know it
   */
  public record Pair(String name, UserRights source, UserRights target) {}

  /**
   * A check of some users, or of all.
   *
   * @param cohort who they are, in words for the evidence
   * @param named the users; everybody whom a side knows when there are none
   * @param targetOnly who may be on the target alone, such as the accounts of a managed service;
   *     means nothing where users are named
   */
  public IdentityProbe(String cohort, Set<String> named, Set<String> targetOnly, List<Pair> pairs) {
    this.cohort = cohort;
    this.named = new LinkedHashSet<>(named);
    this.targetOnly = Set.copyOf(targetOnly);
    this.pairs = List.copyOf(pairs);
  }

  @Override
  public Observation look() {
    var faults = new ArrayList<String>();
    var lines = new Lines();
    var known = new TreeSet<String>();
    lines.add("users: " + cohort);
    for (Pair pair : pairs) {
      try {
        compare(pair, known, lines, faults);
      } catch (OutsideException e) {
        faults.add(pair.name() + " cannot be compared: " + e.getMessage());
      }
    }
    var unknown = new TreeSet<>(named);
    unknown.removeAll(known);
    unknown.forEach(user -> lines.add(user + ": known nowhere on the source"));
    if (!unknown.isEmpty()) {
      faults.add("%d of the named users are known nowhere on the source".formatted(unknown.size()));
    }
    return new Observation(faults.isEmpty(), String.join("; ", faults), lines.text(faults));
  }

  private void compare(Pair pair, SortedSet<String> known, Lines lines, List<String> faults) {
    Found first = pair.source().look(named);
    Found second = pair.target().look(named);
    Side source = Side.of(first, pair.source(), beyond(second, first));
    Side target = Side.of(second, pair.target(), beyond(first, second));
    known.addAll(source.users());
    var users = new TreeSet<>(source.users());
    target.users().stream()
        .filter(user -> !targetOnly.contains(user) || !named.isEmpty())
        .forEach(users::add);
    // Whom no system knows is told once, for all of them.
    if (users.isEmpty() && (named.isEmpty() || pairs.size() > 1)) {
      faults.add(pair.name() + ": there is nobody to compare");
    }
    var count = new Count();
    for (String user : users) {
      String who = pair.name() + ": " + user;
      if (!target.users().contains(user)) {
        count.absent++;
        lines.add(who + ": is not on the target");
        continue;
      }
      boolean alone = !source.users().contains(user);
      if (alone) {
        lines.add(who + ": is on the target alone");
      }
      var lost = new TreeSet<>(source.rights(user));
      lost.removeAll(target.rights(user));
      lost.forEach(right -> lines.add(who + ": lost: " + right));
      var gained = new TreeSet<>(target.rights(user));
      gained.removeAll(source.rights(user));
      gained.forEach(right -> lines.add(who + ": gained: " + right));
      if (lost.isEmpty() && gained.isEmpty() && !alone) {
        lines.add("%s: the same, %d rights".formatted(who, source.rights(user).size()));
      }
      count.lost += lost.isEmpty() ? 0 : 1;
      count.gained += gained.isEmpty() && !alone ? 0 : 1;
    }
    count.tell(pair.name(), users.size(), faults);
  }

  private static Set<String> beyond(Found one, Found other) {
    var beyond = new LinkedHashSet<>(one.users());
    beyond.removeAll(other.users());
    return beyond;
  }

  /**
   * One side of a system.
   *
   * @param more those who were asked for by name, as the other side has them: somebody who may not
   *     sign in here, or who asks, is not among everybody
   */
  private record Side(Found all, Optional<Found> more) {
    static Side of(Found all, UserRights rights, Set<String> others) {
      return new Side(all, others.isEmpty() ? Optional.empty() : Optional.of(rights.look(others)));
    }

    Set<String> users() {
      var users = new TreeSet<>(all.users());
      more.ifPresent(found -> users.addAll(found.users()));
      return users;
    }

    SortedSet<String> rights(String user) {
      return all.users().contains(user)
          ? all.of(user)
          : more.map(found -> found.of(user)).orElseGet(TreeSet::new);
    }
  }

  /** What is kept, up to its bound: the rest is counted. */
  private static final class Lines {
    private final List<String> lines = new ArrayList<>();
    private int more;

    void add(String line) {
      if (lines.size() < LINES_MAX) {
        lines.add(line);
      } else {
        more++;
      }
    }

    /** Faults are few, and always told. */
    String text(List<String> faults) {
      var text = new StringBuilder(String.join("\n", lines)).append('\n');
      if (more > 0) {
        text.append("and %d lines more\n".formatted(more));
      }
      faults.forEach(fault -> text.append("fault: ").append(fault).append('\n'));
      return text.toString();
    }
  }

  /** How many users differ, by how they do. */
  private static final class Count {
    private int absent;
    private int lost;
    private int gained;

    void tell(String name, int all, List<String> faults) {
      tell(name, absent, all, "are not on the target", faults);
      tell(name, lost, all, "may do less on the target", faults);
      tell(name, gained, all, "may do more on the target", faults);
    }

    private static void tell(String name, int some, int all, String what, List<String> faults) {
      if (some > 0) {
        faults.add("%s: %d of %d users %s".formatted(name, some, all, what));
      }
    }
  }
}
