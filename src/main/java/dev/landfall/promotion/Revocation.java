package dev.landfall.promotion;

import dev.landfall.workload.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far the adoption team's access to the target has ended, since users last came there.
 *
 * @param ended whether all of it was read back as ended; whoever gives it back later, has decided
 *     so
 * @param failure why it could not be ended, since somebody last asked; absent when nothing failed
 */
public record Revocation(boolean ended, Optional<String> failure) {
  /** Nothing was ended. */
  public static final Revocation NONE = new Revocation(false, Optional.empty());

  static final Revocation ENDED = new Revocation(true, Optional.empty());

  static Revocation failed(String why) {
    return new Revocation(false, Optional.of(why));
  }

  /** Somebody asks anew. */
  Revocation asked() {
    return new Revocation(ended, Optional.empty());
  }

  /** Whether nothing of it is left to be ended. */
  public static boolean isDone(Promotion promotion) {
    return promotion.workload().access().isEmpty() || promotion.revocation().ended();
  }

  /** Whether access is to end now: users are on the target, and stay there. */
  public static boolean isDue(Promotion promotion) {
    return promotion.phase() instanceof Phase.Resting resting
        && resting.rest() == Phase.Rest.PROMOTED
        && !Decider.moves(promotion.goal(), Side.TARGET)
        && !(promotion.goal() == Goal.PROMOTED && Flights.areNext(promotion))
        && !isDone(promotion)
        && promotion.revocation().failure().isEmpty();
  }

  /** Whether all of it is seen to have ended. */
  static boolean isSeen(Promotion promotion, World world) {
    return promotion.workload().access().stream()
        .allMatch(access ->
            Optional.ofNullable(world.access().get(access.name()))
                .filter(seen -> seen.hasEnded())
                .isPresent());
  }

  /** What may be ordered now. */
  static List<Action> orders(Promotion promotion, World world) {
    var orders = new ArrayList<Action>();
    if (isDue(promotion)) {
      promotion.workload().access().stream()
          .filter(access ->
              Optional.ofNullable(world.access().get(access.name()))
                  .filter(seen -> !seen.left().isEmpty())
                  .isPresent())
          .map(access -> new Action.OnAccess(access.name(), access.asset(), access.roles()))
          .forEach(orders::add);
    }
    return orders;
  }
}
