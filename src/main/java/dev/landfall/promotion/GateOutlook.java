package dev.landfall.promotion;

import dev.landfall.gate.Judging;
import dev.landfall.gate.Remedy;
import dev.landfall.gate.Separation;
import dev.landfall.gate.Standing;
import dev.landfall.gate.Subject;
import dev.landfall.workload.GatePlan;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How all gates stand before the next step of users, and what to do.
 *
 * @param items in the order of the gates
 * @param percent how many of those that hold the next step back let it go, 0 to 100
 * @param people what is wrong about who did what, as clauses
 * @param passes whether no gate holds the next step back
 */
public record GateOutlook(List<Item> items, int percent, List<String> people, boolean passes) {
  public GateOutlook {
    items = List.copyOf(items);
    people = List.copyOf(people);
  }

  /**
   * One gate.
   *
   * @param binds whether it holds the next step back
   * @param todo what to do and who can, in its order; empty where it lets users by
   */
  public record Item(Standing standing, boolean binds, List<Remedy> todo) {
    public Item {
      todo = List.copyOf(todo);
    }
  }

  /**
   * Looks at everything once.
   *
   * @param current what is there now
   */
  public static GateOutlook of(Promotion promotion, GatePlan plan, Subject current, Instant now) {
    Separation people = GateRule.separation(promotion, plan);
    // Where everybody has arrived there is no next step, and nothing to be done for it.
    boolean isAhead = promotion.owner() == Side.SOURCE || Flights.areNext(promotion);
    var items = new ArrayList<Item>();
    int holding = 0;
    int passed = 0;
    boolean passes = true;
    for (Standing standing : Judging.all(plan, promotion.gates(), current, now)) {
      boolean binds = isAhead && GateRule.holds(promotion, standing.gate());
      boolean lets = standing.state().lets();
      if (binds) {
        holding++;
        passed += lets ? 1 : 0;
        passes &= lets || Glass.lets(promotion, standing.gate(), now);
      }
      List<Remedy> todo = lets ? List.of() : todo(promotion, standing, people);
      items.add(new Item(standing, binds, todo));
    }
    int percent = holding == 0 ? 100 : 100 * passed / holding;
    return new GateOutlook(items, percent, GateRule.people(promotion, plan), passes);
  }

  private static List<Remedy> todo(Promotion promotion, Standing standing, Separation people) {
    return Remedy.of(standing, promotion.gates(), people, promotion.workload().name());
  }
}
