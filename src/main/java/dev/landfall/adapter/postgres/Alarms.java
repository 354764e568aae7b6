package dev.landfall.adapter.postgres;

import dev.landfall.replication.Fence;
import dev.landfall.replication.LinkSeen;
import dev.landfall.workload.Limits;
import dev.landfall.workload.Side;
import java.util.List;

/** What a person should know, and nothing stops for. */
final class Alarms {
  private Alarms() {}

  static void retained(Side side, LinkSeen link, Limits limits, List<String> alarms) {
    link.retainedBytes()
        .filter(bytes -> bytes > limits.retainedBytesMax())
        .ifPresent(bytes ->
            alarms.add(
                "the "
                    + side.word()
                    + " keeps "
                    + bytes
                    + " bytes of log for the link, more than "
                    + limits.retainedBytesMax()
                    + ": its disk may fill"));
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
