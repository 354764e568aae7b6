package dev.landfall.adapter.dns;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Landfall keeps in a TXT record beside the name, so that the server itself can refuse whoever
 * has not seen it. It is changed in one update with the addresses, and holds what these cannot tell
 * any more: a controller that starts anew learns it from here.
 *
 * @param epoch the epoch of the decision behind the last update
 * @param move present while a move is under way
 */
record Note(long epoch, Optional<Move> move) {
  private static final Pattern FORM =
      Pattern.compile(
          "landfall epoch=(\\d{1,18})(?: step=([a-z]{1,20}) restore=(\\d{1,10})"
              + " kept=(\\d{1,10}))?");

  /**
   * A move that is under way.
   *
   * @param step its step, for people, and to tell one update from the next; a word of lower case
   * @param restore the TTL that the records had before, to be restored in the end
   * @param kept how long, after this update, a cache may go on with what an earlier one said
   */
  record Move(String step, Duration restore, Duration kept) {
    private String text() {
      return " step=%s restore=%d kept=%d".formatted(step, restore.toSeconds(), kept.toSeconds());
    }
  }

  /** The text of the record: ASCII, about 80 characters at most. */
  String text() {
    return "landfall epoch=" + epoch + move.map(Move::text).orElse("");
  }

  /** Reads the text; absent when it is not one of Landfall's. */
  static Optional<Note> parse(String text) {
    var matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Optional<Move> move =
        Optional.ofNullable(matcher.group(2))
            .map(step -> new Move(step, seconds(matcher.group(3)), seconds(matcher.group(4))));
    return Optional.of(new Note(Long.parseLong(matcher.group(1)), move));
  }

  private static Duration seconds(String digits) {
    return Duration.ofSeconds(Long.parseLong(digits));
  }
}
