package dev.landfall.adapter.postgres;

import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.time.Instant;
import java.util.List;

/** What a person should know, and nothing stops for. */
final class Alarms {
  private Alarms() {}

  /** Any slot of ours fills the disk, not the link's alone: the one that keeps most is named. */
  static void retained(Side side, Looks.Answer answer, Limits limits, List<String> alarms) {
    answer
        .look()
        .flatMap(SideLook::kept)
        .filter(kept -> kept.bytes() > limits.retainedBytesMax())
        .ifPresent(kept ->
            alarms.add(
                "the "
                    + side.word()
                    + " keeps "
                    + kept.bytes()
                    + " bytes of log for the slot "
                    + kept.slot()
                    + ", more than "
                    + limits.retainedBytesMax()
                    + ": its disk may fill"));
  }

  static void schema(Side side, SchemaWatch watch, List<String> alarms) {
    if (watch.changed(side)) {
      alarms.add(
          "tables of the "
              + side.word()
              + " were changed, made or dropped while linked; that is not carried over: make the"
              + " same change on the "
              + side.other().word());
    }
  }

  static void convergence(
      Side side, LinkSeen link, Convergence memory, Instant now, List<String> alarms) {
    if (link.keeps() && memory.fallsBehind(now, link.lagBytes().orElse(0L))) {
      alarms.add(
          "not converging: the link from the "
              + side.word()
              + " has fallen further behind for a minute, to "
              + link.lagBytes().orElse(0L)
              + " bytes; give it more bandwidth, or wait for a quieter hour");
    }
  }

  static void fence(Side side, Looks.Answer answer, List<String> alarms) {
    if (answer.look().map(SideLook::fence).filter(Fence.PARTLY::equals).isPresent()) {
      alarms.add(
          "some tables of the "
              + side.word()
              + " refuse writes and others do not: an order was cut short, or a table was made"
              + " while linked");
    }
  }
}
