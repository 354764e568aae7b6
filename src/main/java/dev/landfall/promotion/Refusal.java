package dev.landfall.promotion;

import dev.landfall.problem.ProblemCode;

/** Why a person's wish is refused. */
public enum Refusal implements ProblemCode {
  /** The link is severed. */
  SEVERED("promotion-severed", false),
  /** Users are on the source already. */
  NOTHING_TO_ROLL_BACK("promotion-nothing-to-roll-back", false),
  /** There is nothing promoted that could be completed. */
  NOT_PROMOTED("promotion-not-promoted", true),
  /** Nothing relies on the side that is to be given up, or nothing would be left. */
  NOTHING_TO_GIVE_UP("promotion-nothing-to-give-up", false),
  /** The side that is to be given up answers. */
  SIDE_ANSWERS("promotion-side-answers", true),
  /** The side that would be left does not answer. */
  NOBODY_LEFT("promotion-nobody-left", true),
  /** It is paused, and this cannot be taken back. */
  PAUSED("promotion-paused", true),
  /** The soak is not over. */
  SOAKING("promotion-soaking", true),
  /** A person must look first. */
  PARKED("promotion-parked", true),
  /** The workload file changed in something that cannot change under way. */
  PLAN_CHANGED("promotion-plan-changed", false),
  /** Users are moving right now. */
  CUTTING_OVER("promotion-cutting-over", true),
  /** Somebody still has an access that should have ended. */
  ACCESS_LEFT("promotion-access-left", true),
  /** Nothing is staged that could be rehearsed. */
  NOT_STAGED("promotion-not-staged", true),
  /** A rehearsal goes on, or does no more. */
  REHEARSING("promotion-rehearsing", true),
  /** No flight is being judged. */
  NO_FLIGHT("promotion-no-flight", false),
  /** The workload has no such gate, or none at all. */
  NO_GATE("gate-unknown", false),
  /** The workload file does not name this person, or not in a role that may do this. */
  NOT_ENTITLED("gate-not-entitled", false),
  /** Somebody would have two duties that the policy keeps apart. */
  NOT_SEPARATE("gate-not-separate", false),
  /** What was signed is not about what is there now, or is too old, or says too little. */
  STATEMENT("gate-statement", false),
  /** Somebody broke the glass, and nobody else has reviewed that yet. */
  UNREVIEWED("gate-unreviewed", true),
  /** There is nothing that could be validated yet. */
  NOTHING_TO_VALIDATE("gate-nothing-to-validate", true),
  /** The gate is being checked, or has no check, or only a check may say it. */
  CHECK("gate-check", true),
  /** Nothing is paused or parked. */
  NOT_PAUSED("promotion-not-paused", false);

  private final String id;
  private final boolean blocked;

  Refusal(String id, boolean blocked) {
    this.id = id;
    this.blocked = blocked;
  }

  @Override
  public String id() {
    return id;
  }

  /** Whether it can be done later, once something else has been done or time has passed. */
  public boolean blocked() {
    return blocked;
  }
}
