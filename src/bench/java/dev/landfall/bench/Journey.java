package dev.landfall.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One finished cutover, as the journal tells it.
 *
 * @param to {@code SOURCE} or {@code TARGET}
 * @param at when each of its events was decided
 * @param rowsCompared rows that had changed and were compared between the fences
 * @param compareTook how long that took
 */
record Journey(String to, Map<Mark, Instant> at, long rowsCompared, Duration compareTook) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The events of a cutover, in their order. */
  enum Mark {
    CUTOVER_BEGUN("CutoverBegun"),
    HELD("Held"),
    FENCED("Fenced"),
    DRAINED("Drained"),
    OWNER_MOVED("OwnerMoved"),
    CUTOVER_FINISHED("CutoverFinished");

    private final String type;

    Mark(String type) {
      this.type = type;
    }
  }

  Journey {
    at = Map.copyOf(at);
  }

  Instant when(Mark mark) {
    Instant found = at.get(mark);
    if (found == null) {
      throw new IllegalStateException("the journal tells of no " + mark + " in this cutover");
    }
    return found;
  }

  double millis(Mark from, Mark to) {
    return Duration.between(when(from), when(to)).toNanos() / 1e6;
  }

  /** All finished cutovers in their order, out of {@code landfall history --json}. */
  static List<Journey> in(String history) throws JsonProcessingException {
    var all = new ArrayList<Journey>();
    var marks = new EnumMap<Mark, Instant>(Mark.class);
    JsonNode moved = JSON.createObjectNode();
    for (JsonNode event : JSON.readTree(history)) {
      String type = event.path("type").asText();
      JsonNode payload = JSON.readTree(event.path("payload").asText());
      if (type.equals(Mark.CUTOVER_BEGUN.type)) {
        marks.clear();
      }
      for (Mark mark : Mark.values()) {
        if (mark.type.equals(type)) {
          marks.put(mark, Instant.parse(payload.path("at").asText()));
        }
      }
      if (type.equals(Mark.OWNER_MOVED.type)) {
        moved = payload;
      }
      if (type.equals(Mark.CUTOVER_FINISHED.type)) {
        all.add(
            new Journey(
                payload.path("to").asText(),
                marks,
                moved.path("rowsCompared").asLong(),
                Duration.parse(moved.path("compareTook").asText())));
      }
    }
    return all;
  }
}
