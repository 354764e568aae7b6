package dev.landfall.promotion;

import dev.landfall.routing.Cohort;
import dev.landfall.workload.Side;
import java.util.Optional;
import java.util.Set;

/**
 * The outside as it should be. It follows from the state alone, so that a restart finds the same.
 *
 * @param change whether anything may be changed at all; when not, everything stays as it is
 * @param follow whose writes are to be kept and carried to the other side; empty for nobody's
 * @param open the sides that must accept writes; empty when none has to
 * @param openEpoch the epoch that the open sides must have stamped, so that older orders to fence
 *     it come too late; 0 when it does not matter
 * @param fenced the sides that must refuse writes
 * @param fenceEpoch the epoch that the fenced sides must have stamped, so that older orders to open
 *     them come too late; 0 when it does not matter
 * @param token the mark of the cutover under way; absent outside of one
 * @param marked the sides on which the token must be written behind the last write
 * @param parted whether the target's sequences must give other numbers than the source's, under the
 *     token
 * @param aligned the side whose sequences must be moved past the other's; absent for none
 * @param compared whether changed rows must be compared, under the token
 * @param severed the owner of the data when no link may remain; absent otherwise
 * @param alone the side that goes on without the other, which is not waited for; absent otherwise
 * @param users who belongs to the target
 * @param hold whether users' requests wait
 * @param clear whether nothing may keep a fence from being turned, because users are to move
 */
public record Wanted(
    boolean change,
    Set<Side> follow,
    Set<Side> open,
    long openEpoch,
    Set<Side> fenced,
    long fenceEpoch,
    Optional<String> token,
    Set<Side> marked,
    boolean parted,
    Optional<Side> aligned,
    boolean compared,
    Optional<Side> severed,
    Optional<Side> alone,
    Cohort users,
    boolean hold,
    boolean clear) {

  /** Everything may stay as it is. */
  static Wanted asItIs(Cohort users) {
    return new Wanted(
        false,
        Set.of(),
        Set.of(),
        0,
        Set.of(),
        0,
        Optional.empty(),
        Set.of(),
        false,
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        users,
        false,
        false);
  }

  /** One side owns the data, and its writes are carried to the other. */
  static Wanted ownedBy(Side owner, long openEpoch, long fenceEpoch, Cohort users, boolean clear) {
    Set<Side> owning = Set.of(owner);
    return atRest(owning, owning, openEpoch, Set.of(owner.other()), fenceEpoch, users, clear);
  }

  /** Both sides accept writes, and both are carried to the other. */
  static Wanted ownedByBoth(long openEpoch, Cohort users, Set<Side> followed, boolean clear) {
    return atRest(followed, Wants.BOTH, openEpoch, Set.of(), 0, users, clear);
  }

  /** Nothing is under way: no token, no one held, nobody left alone. */
  private static Wanted atRest(
      Set<Side> follow,
      Set<Side> open,
      long openEpoch,
      Set<Side> fenced,
      long fenceEpoch,
      Cohort users,
      boolean clear) {
    return new Wanted(
        true,
        follow,
        open,
        openEpoch,
        fenced,
        fenceEpoch,
        Optional.empty(),
        Set.of(),
        false,
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        users,
        false,
        clear);
  }

  /** All users on the side of the owner. */
  static Cohort all(Side owner) {
    return owner == Side.TARGET ? Cohort.EVERYBODY : Cohort.NOBODY;
  }
}
