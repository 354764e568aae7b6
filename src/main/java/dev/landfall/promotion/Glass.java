package dev.landfall.promotion;

import dev.landfall.gate.Break;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.gate.Statement.Verb;
import dev.landfall.workload.Gate;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.GatePlan.Duty;
import dev.landfall.workload.Person;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The rule of the glass: for when users have to move and gates cannot be met in time. One person
 * whom the file lets says so and why; it does not except anybody from separation of duty, no gate
 * counts as passed by it, and until somebody else has looked at it that is asked for.
 */
public final class Glass {
  private Glass() {}

  /** Whether broken glass lets users by a gate now. */
  public static boolean lets(Promotion promotion, Gate gate, Instant now) {
    return promotion.gates().glass(promotion.planHash(), now).stream()
        .anyMatch(each -> isOver(each, gate));
  }

  /** The security officer's own gates are passed by nobody else (R47). */
  private static boolean isOver(Break glass, Gate gate) {
    return !gate.owner().equals(GatePlan.CISO) || glass.statement().role().equals(GatePlan.CISO);
  }

  /** What should be told of it wherever the promotion is shown, for good. */
  public static List<String> notes(Promotion promotion) {
    return promotion.gates().breaks().stream().map(Break::words).toList();
  }

  /** What is demanded of somebody else, as clauses; empty when all was looked at. */
  public static List<String> demands(Promotion promotion, Instant now) {
    String name = promotion.workload().name();
    return promotion.gates().breaks().stream()
        .filter(each -> each.isReviewable(now))
        .map(each ->
            "somebody other than %s has to review it: landfall review %s --key FILE"
                .formatted(each.statement().by(), name))
        .toList();
  }

  /** The oldest that a person could review; absent when there is none. */
  public static Optional<Break> toReview(Promotion promotion, Person person, Instant now) {
    return promotion.gates().breaks().stream()
        .filter(each -> each.isReviewable(now))
        .filter(each -> !each.isBy(person.name(), person.key().orElse("")))
        .findFirst();
  }

  /**
   * Why nobody may break it again yet, as a clause; absent when nothing is against it. What only
   * lasts a day would last for ever if it could be done each day anew without anybody's look.
   */
  static Optional<String> unreviewed(Promotion promotion, Statement said, Instant now) {
    return demands(promotion, now).stream()
        .filter(_ -> said.verb() == Verb.BREAK_GLASS)
        .findFirst()
        .map(demand -> "it was broken before, and " + demand);
  }

  /** Why a statement about the glass is refused; absent when nothing is against it. */
  static Optional<String> against(Promotion promotion, GatePlan plan, Signed signed, Instant now) {
    Statement said = signed.statement();
    if (said.verb() == Verb.BREAK_GLASS) {
      return Optional.empty();
    }
    Optional<Break> glass =
        promotion.gates().breaks().stream()
            .filter(each -> each.signed().signature().equals(said.evidence()))
            .findFirst();
    if (glass.filter(each -> each.isReviewable(now)).isEmpty()) {
      return Optional.of("there is nothing to review yet, or it was reviewed");
    }
    boolean own =
        glass.get().isBy(said.by(), signed.key())
            || promotion.gates().executors().contains(said.by())
            || promotion.gates().people().movers().contains(said.by())
            || promotion.gates().people().keys().contains(signed.key());
    return own
        ? Optional.of(said.by() + " broke the glass, or moved users by it")
        : GateRule.separation(promotion, plan).against(said.by(), Duty.APPROVER);
  }
}
