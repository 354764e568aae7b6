package dev.landfall.adapter.dns;

import java.time.Instant;

/**
 * A resolver that keeps answers for longer than it was allowed to: its users are behind, and no
 * waiting that could be computed helps against that.
 *
 * @param resolver how people know it
 * @param seen what it said that an honest one cannot say, as the end of a sentence
 * @param since when it was found out first
 * @param still whether its last answer was such a one too
 */
record Liar(String resolver, String seen, Instant since, boolean still) {
  /** A sentence for people. */
  String words() {
    return resolver + " " + seen + (still ? "" : ", and now says what it should");
  }
}
