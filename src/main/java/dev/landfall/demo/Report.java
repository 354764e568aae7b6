package dev.landfall.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the demo has shown, for programs; its names are a promise.
 *
 * @param outcome {@code completed}, {@code promoted}, {@code gated} when each gate held it back
 *     once and it was promoted when all were met, {@code refused} when it was right not to cut
 *     over, {@code caught} when a planted fault was found and its users came back by themselves,
 *     {@code undecided} when it could not be told in time and a person called them back, or {@code
 *     failed}
 * @param reason why, when the outcome needs a reason; otherwise empty
 * @param cutovers in their order, those that were carried through
 * @param flights in their order; empty when all users moved in a single step
 * @param planted what a planted fault did; absent when none was
 * @param staged what was rehearsed, held back and ended; absent when nothing was rehearsed
 * @param problems everything that should not have happened, in words
 */
record Report(
    String outcome,
    String reason,
    Requests requests,
    Writes writes,
    List<Cutover> cutovers,
    List<Flight> flights,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Planted planted,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Staged staged,
    List<String> problems) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  Report {
    cutovers = List.copyOf(cutovers);
    flights = List.copyOf(flights);
    problems = List.copyOf(problems);
  }

  /**
   * What the customers asked for.
   *
   * @param failed answered with an error, wrongly, or not at all; without those that were to fail
   * @param planted failed because of a fault that was planted to make them fail
   * @param heldMillisMax the longest that any customer waited for any answer; a hold is a part of
   *     it
   * @param p50Millis the wait that half of the requests did not exceed
   */
  record Requests(
      long total,
      long failed,
      long planted,
      long heldMillisMax,
      double p50Millis,
      double p99Millis) {}

  /**
   * What became of the writes, over all checks.
   *
   * @param unknown without a clear answer
   */
  record Writes(
      long acknowledged,
      long missing,
      long duplicated,
      long stale,
      long unexpected,
      long unbalanced,
      long unknown) {}

  /**
   * One cutover.
   *
   * @param direction {@code forward} to the target or {@code back} to the source
   * @param holdMillis no request was held for longer
   * @param writeGapMillis the longest time without any acknowledged write around it
   */
  record Cutover(
      String direction,
      long holdMillis,
      long fenceMillis,
      long drainMillis,
      long verifyMillis,
      long rowsVerified,
      long writeGapMillis) {}

  /**
   * One flight.
   *
   * @param attempt 2 when it has flown before, and so on
   * @param intendedPercent of all users
   * @param usersMoved who were really served by the new side
   * @param users who were served at all
   * @param requestsMoved requests of those who moved, as the router counted them to judge by
   * @param failedMoved those of them that failed
   * @param requestsStayed requests of all others in the same time
   * @param failedStayed those of them that failed
   * @param millis how long it was judged
   * @param verdict {@code passed}, {@code failed}, {@code undecided}, {@code called back} or {@code
   *     under way}
   * @param why in words; empty when there is no more to say
   */
  @JsonPropertyOrder({ // Methods come in whatever order the JVM has them.
    "name",
    "attempt",
    "intendedPercent",
    "usersMoved",
    "users",
    "requestsMoved",
    "failedMoved",
    "requestsStayed",
    "failedStayed",
    "millis",
    "verdict",
    "why",
    "usersPercent",
    "requestsPercent"
  })
  record Flight(
      String name,
      int attempt,
      int intendedPercent,
      int usersMoved,
      int users,
      long requestsMoved,
      long failedMoved,
      long requestsStayed,
      long failedStayed,
      long millis,
      String verdict,
      String why) {
    /** Of all users, how many were really served by the new side. */
    @JsonProperty
    double usersPercent() {
      return percent(usersMoved, users);
    }

    /** Of all requests, how many were those of users who moved. */
    @JsonProperty
    double requestsPercent() {
      return percent(requestsMoved, requestsMoved + requestsStayed);
    }

    private static double percent(long part, long all) {
      return all == 0 ? 0 : Math.round(part * 1000.0 / all) / 10.0;
    }
  }

  /**
   * What a planted fault did. Times are counted from the moment in which it was planted.
   *
   * @param fault {@code errors} and so on
   * @param verdict of the flight that it was planted in
   * @param verdictMillis until the verdict
   * @param backMillis until the new side had given its last answer, and not before the verdict
   * @param usersExposed who were served by the new side in that time
   * @param usersStruck those of them who met the fault
   * @param users who were served at all
   * @param requestsExposed what the new side answered
   * @param struck those answers that the fault struck
   * @param failed those of them that it made fail
   */
  record Planted(
      String fault,
      String verdict,
      long verdictMillis,
      long backMillis,
      int usersExposed,
      int usersStruck,
      int users,
      long requestsExposed,
      long struck,
      long failed) {}

  /**
   * What came before and with a promotion on a later day.
   *
   * @param rehearsals those that passed, in their order
   * @param heldBack why a promotion was held back, each time it was
   * @param accessEnded who may not sign in to the new side any more
   */
  record Staged(List<Rehearsal> rehearsals, List<String> heldBack, List<EndedAccess> accessEnded) {
    Staged {
      rehearsals = List.copyOf(rehearsals);
      heldBack = List.copyOf(heldBack);
      accessEnded = List.copyOf(accessEnded);
    }
  }

  /**
   * A rehearsal on clones.
   *
   * @param tookMillis with the making of the clones
   * @param thereMillis how long users would have waited on the way to the target
   * @param backMillis the same for the way back
   */
  record Rehearsal(long tookMillis, long thereMillis, long backMillis) {}

  /**
   * An access that has ended.
   *
   * @param refusal what the server answered who tried to sign in all the same
   */
  record EndedAccess(String role, String refusal) {}

  /** Whether nobody was harmed, whatever the outcome, but by what was planted. */
  boolean harmless() {
    return requests.failed() == 0
        && writes.missing() + writes.duplicated() + writes.stale() == 0
        && writes.unexpected() + writes.unbalanced() == 0;
  }

  String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write the report", e);
    }
  }
}
