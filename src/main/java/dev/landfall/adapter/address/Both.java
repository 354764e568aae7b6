package dev.landfall.adapter.address;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.RouteOrder;
import dev.landfall.workload.Side;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the agents of both hosts answered at one moment. */
record Both(Look source, Look target) {
  /**
   * What one agent answered.
   *
   * @param problem why it did not, or what it answered instead; absent when it did
   */
  record Look(Optional<AgentSeen> seen, Optional<OutsideException> problem) {
    static Look of(Supplier<AgentSeen> question) {
      try {
        return new Look(Optional.of(question.get()), Optional.empty());
      } catch (OutsideException e) {
        return new Look(Optional.empty(), Optional.of(e));
      }
    }

    /** Whether there was no answer at all, so that the host may be off. */
    boolean isSilent() {
      return problem.filter(each -> each.code() == AddressProblem.UNREACHABLE).isPresent();
    }

    /**
     * The answer.
     *
     * @throws OutsideException what there was instead
     */
    AgentSeen orThrow() {
      return seen.orElseThrow(() -> problem.orElseThrow());
    }

    /** Why there is no answer, as a sentence; absent when there is one. */
    Optional<String> fault() {
      return problem.map(each -> String.valueOf(each.getMessage()));
    }

    /** Whether this host alone tells where the address is: it has it, as it was ordered. */
    boolean owns() {
      return seen.filter(each -> each.present() && each.inForce()).isPresent();
    }
  }

  Look of(Side side) {
    return side == Side.SOURCE ? source : target;
  }

  /** The same, and what one agent answered to another question. */
  Both with(Side side, Look look) {
    return side == Side.SOURCE ? new Both(look, target) : new Both(source, look);
  }

  /**
   * The one who answers, and left the address to the other, of whom nothing is heard; absent when
   * it is any other way.
   */
  Optional<Side> left() {
    for (Side side : Side.values()) {
      if (of(side.other()).isSilent() && lastOf(side).isPresent()) {
        return Optional.of(side);
      }
    }
    return Optional.empty();
  }

  /** The order by which a host let the address go to the other. */
  private Optional<RouteOrder> lastOf(Side side) {
    return of(side)
        .seen()
        .filter(AgentSeen::inForce)
        .flatMap(AgentSeen::kept)
        .filter(kept -> !kept.has())
        .map(AgentOrder::order)
        .filter(order ->
            side == Side.SOURCE ? order.cohort().isEverybody() : order.cohort().isNobody());
  }

  /**
   * Why nobody knows where the address is; absent when it is known.
   *
   * @param believed whether a host that is silent is taken to be off, so that what it was ordered
   *     last is known from the other
   */
  Optional<String> fault(boolean believed) {
    if (source.seen().isPresent() && target.seen().isPresent()) {
      String one = source.seen().get().address();
      String other = target.seen().get().address();
      return one.equals(other)
          ? Optional.empty()
          : Optional.of("its agents are for %s and for %s; start one anew".formatted(one, other));
    }
    // The host that has the address got it only once the other had let go.
    return source.owns() || target.owns() || (believed && left().isPresent())
        ? Optional.empty()
        : source.fault().or(target::fault);
  }

  /**
   * The last order of both; absent also when it is not carried out, so that it comes again. Where
   * one of them is silent and left to itself, it is the one that the other knows.
   */
  Optional<RouteOrder> order() {
    return left().flatMap(this::lastOf).or(this::inForce);
  }

  private Optional<RouteOrder> inForce() {
    Look owner = source.owns() ? source : target;
    Look other = source.owns() ? target : source;
    if (!owner.owns() || other.owns()) {
      return Optional.empty();
    }
    Optional<RouteOrder> order = owner.seen().flatMap(AgentSeen::kept).map(AgentOrder::order);
    boolean agreed =
        other
            .seen()
            .map(seen -> seen.inForce() && seen.kept().map(AgentOrder::order).equals(order))
            .orElse(true);
    return agreed ? order : Optional.empty();
  }

  /** Where the address could not be moved to at this moment, and why. */
  Map<Side, String> unable() {
    var unable = new EnumMap<Side, String>(Side.class);
    for (Side to : Side.values()) {
      unable(to).ifPresent(why -> unable.put(to, why));
    }
    return unable;
  }

  private Optional<String> unable(Side to) {
    return of(to)
        .fault()
        .or(() ->
            of(to)
                .seen()
                .flatMap(AgentSeen::cannotTake)
                .map(why -> "the %s's host cannot take it: %s".formatted(to.word(), why)))
        .or(() ->
            of(to.other())
                .seen()
                .flatMap(AgentSeen::cannotLeave)
                .map(
                    why -> "the %s's host cannot let it go: %s".formatted(to.other().word(), why)));
  }
}
