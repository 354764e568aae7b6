package dev.landfall.adapter.archive;

import dev.landfall.engine.History;
import dev.landfall.engine.Journal.Entry;
import java.util.List;
import java.util.TreeMap;

/** Who signed with which key. Only whoever knows that a key is a person's can say that it is. */
final class Signers {
  private Signers() {}

  /** Each person and key, with how often, as a clause; in the order of their names. */
  static List<String> of(List<Entry> own) {
    var counts = new TreeMap<String, Integer>();
    own.stream()
        .flatMap(entry -> History.signed(History.event(entry)).stream())
        .forEach(signed ->
            counts.merge(
                signed.statement().by() + " signed with the key " + signed.key(), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(each -> each.getKey() + ", " + each.getValue() + " times")
        .toList();
  }
}
