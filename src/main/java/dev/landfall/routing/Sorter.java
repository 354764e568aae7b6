package dev.landfall.routing;

import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import dev.landfall.workload.Side;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the side of each request by a {@link Cohort}, made ready for many questions. The reference
 * for every plane: each must sort the same user to the same side.
 *
 * <p>The bucket is XXH32, seed 0 (the xxHash fast digest algorithm, <i>xxhash_spec.md</i> 0.1.1),
 * over the salt, a slash and the user in UTF-8, as an unsigned number, modulo 10000. HAProxy has
 * the same function built in.
 */
public final class Sorter {
  private final Cohort cohort;
  private final Index moved;
  private final Index kept;

  /** Prepares for questions; takes as long as the lists of the cohort are. */
  public Sorter(Cohort cohort) {
    this.cohort = cohort;
    this.moved = new Index(cohort.moved());
    this.kept = new Index(cohort.kept());
  }

  /** The side that an asker belongs to. Whoever is nobody known belongs to the source. */
  public Side side(Asker asker) {
    if (kept.has(asker)) {
      return Side.SOURCE;
    }
    if (cohort.share() == Cohort.ALL || moved.has(asker)) {
      return Side.TARGET;
    }
    boolean drawn =
        asker.drawnBy().filter(user -> bucket(cohort.salt(), user) < cohort.share()).isPresent();
    return drawn ? Side.TARGET : Side.SOURCE;
  }

  /** The group that an asker is counted in. */
  public Group group(Asker asker) {
    if (side(asker) == Side.TARGET) {
      return Group.MOVED;
    }
    boolean first = asker.drawnBy().filter(user -> isInFirstHalf(cohort.salt(), user)).isPresent();
    return first ? Group.STAYED : Group.STAYED_TOO;
  }

  /** The cohort that is asked about. */
  public Cohort cohort() {
    return cohort;
  }

  /** The bucket of a user: 0 to 9999, for ever the same. */
  public static int bucket(String salt, String user) {
    return Integer.remainderUnsigned(hash(salt, user), Cohort.ALL);
  }

  /**
   * Which of two halves a user is in, whatever the bucket is: those who stayed are compared with
   * each other by it, to see what noise looks like.
   */
  public static boolean isInFirstHalf(String salt, String user) {
    return (hash(salt + "/half", user) & 1) == 0;
  }

  /**
   * A number by which a user is remembered, and by whose lowest bits a sample of users is drawn. It
   * has nothing to do with the bucket or the half that the user is in.
   */
  public static int mark(String salt, String user) {
    return hash(salt + "/mark", user);
  }

  private static int hash(String salt, String user) {
    return Buckets.hash(salt + "/" + user);
  }

  private static final class Index {
    private final Set<String> users;
    private final Set<String> groups;
    private final Map<Integer, Set<String>> networks = new HashMap<>();

    Index(Named named) {
      users = new HashSet<>(named.users());
      groups = new HashSet<>(named.groups());
      named
          .networks()
          .forEach(network ->
              networks
                  .computeIfAbsent(network.prefix(), _ -> new HashSet<>())
                  .add(network.address()));
    }

    boolean has(Asker asker) {
      return (!users.isEmpty() && asker.user().filter(users::contains).isPresent())
          || (!groups.isEmpty() && asker.groups().stream().anyMatch(groups::contains))
          || (!networks.isEmpty() && comesFrom(asker.address()));
    }

    private boolean comesFrom(Optional<String> text) {
      Optional<byte[]> address = text.flatMap(Network::address);
      return address.isPresent()
          && networks.entrySet().stream()
              .anyMatch(each ->
                  each.getValue()
                      .contains(Network.hex(Network.masked(address.get(), each.getKey()))));
    }
  }
}
