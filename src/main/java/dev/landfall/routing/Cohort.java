package dev.landfall.routing;

import dev.landfall.workload.Flight;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;

/**
 * The users who belong to the target; all others belong to the source. One definition for every
 * plane, each of which compiles it into what it understands.
 *
 * <p>Asked in this order: who is {@code kept} belongs to the source; who is {@code moved} belongs
 * to the target; of everybody else those whose bucket is below the share. A user's bucket never
 * changes, so a share that grows moves users one way only (I3), and the users who move when it goes
 * from {@code a} to {@code b} are exactly those between.
 *
 * @param share of the users who are not named, in ten-thousandths: 0 for nobody, 10000 for all
 * @param salt goes into the bucket, so that not the same users are first in every workload
 * @param identity how one user is told from another
 * @param moved who belongs to the target whatever the share is
 * @param kept who belongs to the source whatever the share is, before all else
 */
public record Cohort(int share, String salt, Identity identity, Named moved, Named kept) {
  /** All of a share. */
  public static final int ALL = Flight.ALL;

  /** No user belongs to the target. */
  public static final Cohort NOBODY = ofShare(0);

  /** Every user belongs to the target. */
  public static final Cohort EVERYBODY = ofShare(ALL);

  public Cohort {
    if (share < 0 || share > ALL) {
      throw new IllegalArgumentException(
          "a share is 0 to " + ALL + " ten-thousandths, not " + share);
    }
  }

  /**
   * So many of all users, by the plane's own cookie alone.
   *
   * @param share in ten-thousandths, 0 to 10000
   */
  public static Cohort ofShare(int share) {
    return new Cohort(share, "", Identity.NONE, Named.NOBODY, Named.NOBODY);
  }

  /** Whether no user at all belongs to the target, so that nobody need be told apart. */
  public boolean isNobody() {
    return share == 0 && moved.isEmpty();
  }

  /** Whether every user belongs to the target, so that nobody need be told apart. */
  public boolean isEverybody() {
    return share == ALL && kept.isEmpty();
  }

  /** For people: {@code 25 %}, {@code 0.5 % and named ones}. */
  public String words() {
    return Flight.percent(share)
        + (moved.isEmpty() ? "" : " and named ones")
        + (kept.isEmpty() ? "" : ", without those who are kept");
  }
}
