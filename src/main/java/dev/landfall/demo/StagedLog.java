package dev.landfall.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.landfall.demo.LandfallCommand.Happened;
import dev.landfall.demo.Report.Rehearsal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The staged time of a promotion as its journal tells it: what was rehearsed, and what held it back
 * from being promoted.
 *
 * @param rehearsals those that passed, in their order
 * @param heldBack why a promotion was held back, each time it was
 */
record StagedLog(List<Rehearsal> rehearsals, List<String> heldBack) {
  StagedLog {
    rehearsals = List.copyOf(rehearsals);
    heldBack = List.copyOf(heldBack);
  }

  /**
   * Reads it.
   *
   * @param events of the journal, oldest first
   */
  static StagedLog of(Iterable<Happened> events) {
    var rehearsals = new ArrayList<Rehearsal>();
    var heldBack = new ArrayList<String>();
    Instant begun = Instant.EPOCH;
    for (Happened event : events) {
      switch (event.type()) {
        case "RehearsalBegun" -> begun = event.at();
        case "Rehearsed" -> rehearsals.add(rehearsal(begun, event));
        case "PromotionWithheld" -> heldBack.add(reasons(event.payload().path("withheld")));
        default -> {}
      }
    }
    return new StagedLog(rehearsals, heldBack);
  }

  private static Rehearsal rehearsal(Instant begun, Happened passed) {
    return new Rehearsal(
        Duration.between(begun, passed.at()).toMillis(),
        waited(passed.payload().path("there")),
        waited(passed.payload().path("back")));
  }

  private static long waited(JsonNode timing) {
    return Duration.parse(timing.path("total").asText()).toMillis();
  }

  private static String reasons(JsonNode withheld) {
    return String.join(
        "; ",
        StreamSupport.stream(withheld.path("why").spliterator(), false)
            .map(JsonNode::asText)
            .toList());
  }
}
