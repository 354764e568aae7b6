package dev.landfall.adapter.router;

import dev.landfall.routing.Group;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.Tally;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * What became of the requests of each group of users, and of the users, since the router started.
 */
final class Counts {
  private static final int FAILED_FROM = 500;

  private final Map<Group, GroupMeter> groups = GroupMeter.all();
  private final UserMeter users =
      new UserMeter(
          () -> TimeUnit.NANOSECONDS.toSeconds(System.nanoTime()), UserMeter.REMEMBERED_MAX);

  /** A service answered with this status, so long after the request was sent on to it. */
  void answered(Gate.Passage passage, int status, long nanos) {
    boolean failed = status >= FAILED_FROM;
    count(
        passage,
        meter -> meter.answered(failed, nanos),
        (group, mark) -> users.saw(group, mark, failed));
  }

  /** A service did not answer, or not before its user gave up. */
  void failed(Gate.Passage passage) {
    count(passage, GroupMeter::failed, (group, mark) -> users.saw(group, mark, true));
  }

  /** A service broke off in the middle of an answer that was counted already. */
  void brokenOff(Gate.Passage passage) {
    count(passage, GroupMeter::brokenOff, users::brokeOff);
  }

  private void count(
      Gate.Passage passage, Consumer<GroupMeter> request, ObjIntConsumer<Group> user) {
    passage
        .group()
        .ifPresent(group -> {
          request.accept(meter(group));
          passage.mark().ifPresent(mark -> user.accept(group, mark));
        });
  }

  private GroupMeter meter(Group group) {
    return Objects.requireNonNull(groups.get(group));
  }

  /** One of how many users is counted: 1 for everybody. */
  long oneIn() {
    return users.oneIn();
  }

  /**
   * All groups.
   *
   * @param order the one in force: while everybody belongs to the target, nobody asks who is who
   */
  List<Tally> tallies(Optional<RouteOrder> order) {
    boolean told = order.filter(given -> !given.cohort().isEverybody()).isPresent();
    return Arrays.stream(Group.values())
        .map(group -> told ? meter(group).tally().with(users.tally(group)) : meter(group).tally())
        .toList();
  }
}
