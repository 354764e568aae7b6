package dev.landfall.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * What a run of the demo has shown, for programs; its names are a promise.
 *
 * @param outcome {@code completed}, {@code promoted}, {@code refused} when it was right not to cut
 *     over, or {@code failed}
 * @param reason why, when the outcome needs a reason; otherwise empty
 * @param cutovers in their order, those that were carried through
 * @param problems everything that should not have happened, in words
 */
record Report(
    String outcome,
    String reason,
    Requests requests,
    Writes writes,
    List<Cutover> cutovers,
    List<String> problems) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  Report {
    cutovers = List.copyOf(cutovers);
    problems = List.copyOf(problems);
  }

  /**
   * What the customers asked for.
   *
   * @param failed answered with an error, wrongly, or not at all
   * @param heldMillisMax the longest that any customer waited for any answer; a hold is a part of
   *     it
   * @param p50Millis the wait that half of the requests did not exceed
   */
  record Requests(
      long total, long failed, long heldMillisMax, double p50Millis, double p99Millis) {}

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
   * @param holdMillis the longest that a request was held
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

  /** Whether nobody was harmed, whatever the outcome. */
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
