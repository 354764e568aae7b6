package dev.landfall.engine;

import dev.landfall.promotion.Action;
import dev.landfall.promotion.Course;
import dev.landfall.promotion.Decider;
import dev.landfall.promotion.Decision;
import dev.landfall.promotion.Input;
import dev.landfall.promotion.Promotion;
import dev.landfall.promotion.World;
import java.time.Instant;
import java.util.List;

/**
 * What a driver goes by. There is one set of rules for production; tests drive with flawed ones, to
 * see that a flaw would be found.
 *
 * @param deciding what follows from an input
 * @param course the orders that may be given now
 */
record Rules(Deciding deciding, Plotting course) {
  /** The rules of the core. */
  static final Rules CORE = new Rules(Decider::decide, Course::next);

  /** Says what follows from an input. */
  interface Deciding {
    Decision decide(Promotion promotion, Input input, Instant now);
  }

  /** Says which orders may be given now. */
  interface Plotting {
    List<Action> next(Promotion promotion, World world);
  }
}
