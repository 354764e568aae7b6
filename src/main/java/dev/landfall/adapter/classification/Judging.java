package dev.landfall.adapter.classification;

import static dev.landfall.adapter.classification.Notes.shown;

import dev.landfall.adapter.classification.Tally.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what was found with what is declared.
 *
 * @param declared what somebody says of all places
 * @param notes where what is found goes
 */
record Judging(Declared declared, Notes notes) {
  /**
   * Judges the places of one database or folder.
   *
   * @param name of the database or folder, for people
   * @param kind what its places are: a column, or a file
   * @return those that must be protected, with the class that they have to be protected as
   */
  <P extends Place> Map<P, DataClass> sensitive(
      String name, String kind, Map<P, ? extends Tally> tallies) {
    notes.places(tallies.keySet());
    var sensitive = new LinkedHashMap<P, DataClass>();
    var above = new ArrayList<String>();
    tallies.forEach((place, tally) -> {
      DataClass held = classOf(name, place, tally, above);
      if (held.compareTo(DataClass.CONFIDENTIAL) >= 0) {
        sensitive.put(place, held);
      }
    });
    if (!above.isEmpty()) {
      notes.fault(
          "%d %s of %s %s more sensitive than declared: %s"
              .formatted(
                  above.size(),
                  above.size() == 1 ? kind : kind + "s",
                  name,
                  above.size() == 1 ? "is" : "are",
                  shown(above)));
    }
    return sensitive;
  }

  /** The class that a place has to be protected as: what is declared, or what was found. */
  private DataClass classOf(String name, Place place, Tally tally, List<String> above) {
    DataClass said = declared.of(place);
    DataClass held = said;
    boolean cleared = declared.clears(place);
    var more = new ArrayList<String>();
    for (Finding finding : tally.findings()) {
      DataKind kind = finding.kind();
      String what =
          kind.words()
              + (finding.values() > 0
                  ? ", %d of %d".formatted(finding.values(), tally.values())
                  : ", by its name");
      notes.line(
          "%s: %s (%s) is %s, declared %s%s"
              .formatted(
                  name,
                  place,
                  what,
                  kind.dataClass().word(),
                  said.word(),
                  cleared ? ", cleared" : ""));
      if (!cleared && kind.dataClass().compareTo(said) > 0) {
        more.add(what);
        held = kind.dataClass().compareTo(held) > 0 ? kind.dataClass() : held;
      }
    }
    if (!more.isEmpty()) {
      above.add(
          "%s (%s) is %s, declared %s"
              .formatted(place, String.join(" and ", more), held.word(), said.word()));
    }
    int byChance = tally.byChance();
    if (byChance > 0) {
      notes.line(
          "%s: %s has %d of %d values with the check digits of a known number, as chance makes them"
              .formatted(name, place, byChance, tally.values()));
    }
    return held;
  }
}
