package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What happened to a workload, as {@code history} tells it; oldest first. */
record History(List<JsonNode> events) {
  /** Loose, as a machine may be busy; the second that is promised is held by the simulation. */
  private static final Duration BACK_WITHIN = Duration.ofSeconds(5);

  History {
    events = List.copyOf(events);
  }

  static History of(Landfall landfall, String workload) throws Exception {
    Landfall.Ended ended = landfall.run("history", workload, "--json");
    assertThat(ended.code()).as(ended.toString()).isZero();
    var events = new ArrayList<JsonNode>();
    ended.json().forEach(events::add);
    return new History(events);
  }

  List<String> types() {
    return events.stream().map(event -> event.path("type").asText()).toList();
  }

  /** How many events are of a type. */
  long count(String type) {
    return types().stream().filter(type::equals).count();
  }

  /** When it last happened. */
  Instant last(String type) {
    assertThat(types()).contains(type);
    return Instant.parse(events.get(types().lastIndexOf(type)).path("at").asText());
  }

  /**
   * Whoever flew into harm was led back soon after the verdict, and nobody comes there since.
   *
   * @param target the application that did harm, a while after that
   */
  void nobodyCameLongAfterTheVerdict(NotesApp target) {
    Duration after = Duration.between(last("FlightFailed"), target.lastAsked());
    System.out.println("from the verdict to the last request to the target: " + after);
    assertThat(after)
        .as("from the verdict to the last request to the target")
        .isLessThan(BACK_WITHIN);
  }
}
