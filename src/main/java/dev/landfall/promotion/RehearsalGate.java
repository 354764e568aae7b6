package dev.landfall.promotion;

import dev.landfall.promotion.Rehearsals.Passed;
import dev.landfall.promotion.Rehearsals.Reason;
import dev.landfall.promotion.Rehearsals.Underway;
import dev.landfall.promotion.Rehearsals.Withheld;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The rule that users leave the source only for what was rehearsed: this plan, and a target that is
 * configured as it was then (I4, R27). It holds whenever a rehearsal is required or was made; for
 * the first step away from the source alone, so that nothing half done is kept from its end.
 */
public final class RehearsalGate {
  private RehearsalGate() {}

  /** What keeps users from leaving, whatever else is so; absent when nothing does. */
  static Optional<Event> missing(Promotion promotion, Instant now) {
    boolean rehearsed = promotion.rehearsals().of(promotion.planHash()).isPresent();
    boolean may = rehearsed || promotion.owner() == Side.TARGET || haveLeft(promotion);
    if (may || !promotion.workload().rehearsalRequired()) {
      return Optional.empty();
    }
    String why =
        promotion
            .rehearsals()
            .passed()
            .map(passed -> "the workload file has changed since the rehearsal of " + passed.at())
            .orElse("it was never rehearsed");
    return Optional.of(
        new Event.PromotionWithheld(new Withheld(Reason.NOT_REHEARSED, List.of(why)), now));
  }

  /**
   * Whether the target's configuration has to be looked at now, because nothing else is in the way
   * of users leaving the source.
   */
  public static boolean asks(Promotion promotion, World world, Instant now) {
    return applies(promotion)
        && promotion.phase() instanceof Phase.Resting resting
        && !Decider.leaving(promotion, resting, world, now).isEmpty();
  }

  /**
   * Lets users leave, or says why not.
   *
   * @param leaving what would follow without this rule
   */
  static List<Event> pass(Promotion promotion, World world, List<Event> leaving, Instant now) {
    if (!applies(promotion) || leaving.isEmpty()) {
      return leaving;
    }
    Passed passed = promotion.rehearsals().of(promotion.planHash()).orElseThrow();
    return world
        .configuration()
        .map(found -> passed.found().changesTo(found))
        .map(drift -> drift.isEmpty() ? leaving : withheld(drift, now))
        .orElse(List.of());
  }

  private static List<Event> withheld(List<String> drift, Instant now) {
    return List.of(new Event.PromotionWithheld(new Withheld(Reason.DRIFTED, drift), now));
  }

  private static boolean applies(Promotion promotion) {
    return promotion.owner() == Side.SOURCE
        && !haveLeft(promotion)
        && promotion.rehearsals().of(promotion.planHash()).isPresent();
  }

  private static boolean haveLeft(Promotion promotion) {
    return promotion.flown().number() > 0 || promotion.sharing().isUnderWay();
  }

  /** What follows when somebody wants to rehearse, or has. */
  static Decision decide(Promotion promotion, Input.Ask.OfRehearsal ask, Instant now) {
    return switch (ask) {
      case Input.Ask.Rehearse(String planHash) -> begin(promotion, planHash, now);
      case Input.Ask.Rehearsed done ->
          isUnderway(promotion, done.token())
              ? Decision.of(
                  new Event.Rehearsed(
                      done.token(), now, done.found(), done.there(), done.back(), done.tests()))
              : new Decision.Refused(
                  Refusal.REHEARSING,
                  "cannot count the rehearsal of "
                      + promotion.workload().name()
                      + ": it was taken for dead meanwhile; rehearse again");
      case Input.Ask.RehearsalFailed(String token, String why) ->
          isUnderway(promotion, token)
              ? Decision.of(new Event.RehearsalFailed(token, now, why))
              : Decision.NOTHING;
    };
  }

  private static Decision begin(Promotion promotion, String planHash, Instant now) {
    String name = promotion.workload().name();
    boolean atRest = promotion.phase() instanceof Phase.Resting;
    if (!atRest || promotion.owner() != Side.SOURCE || haveLeft(promotion)) {
      return new Decision.Refused(
          Refusal.NOT_STAGED,
          "cannot rehearse "
              + name
              + ": it is "
              + promotion.stateWord()
              + ", and what is rehearsed is copied and follows, and has its users on the source;"
              + " landfall promote FILE --until staged gets there");
    }
    if (promotion.rehearsals().underway().isPresent()) {
      return new Decision.Refused(
          Refusal.REHEARSING,
          "cannot rehearse "
              + name
              + ": a rehearsal that began at "
              + promotion.rehearsals().underway().get().since()
              + " goes on; landfall status says when it is over");
    }
    if (!planHash.equals(promotion.planHash())) {
      return new Decision.Refused(
          Refusal.REHEARSING,
          "cannot rehearse "
              + name
              + ": its workload file was given anew as the rehearsal began; rehearse again");
    }
    String token = "rehearsal-" + (promotion.rehearsals().count() + 1);
    return Decision.of(new Event.RehearsalBegun(token, promotion.planHash(), now));
  }

  private static boolean isUnderway(Promotion promotion, String token) {
    return promotion.rehearsals().underway().map(Underway::token).filter(token::equals).isPresent();
  }
}
