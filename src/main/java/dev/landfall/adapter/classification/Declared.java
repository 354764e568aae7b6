package dev.landfall.adapter.classification;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What somebody says of the data: as how sensitive it counts, and what a person has looked at.
 *
 * @param usual the class of all that is not named
 * @param named tables, columns, files and folders by class: {@code customers}, {@code
 *     customers.email}, {@code sales.customers}, {@code sales.customers.email}, {@code /srv/sales}
 *     or {@code /srv/sales/customers.csv}; the longest name counts
 * @param cleared places where something only looks sensitive, named likewise
 * @param readers roles, and groups of files, that may read what is restricted, besides its owner
 */
public record Declared(
    String usual, Map<String, List<String>> named, Set<String> cleared, Set<String> readers) {
  /** The words for classes, from the least to the most sensitive. */
  public static final List<String> CLASSES =
      List.of("public", "internal", "confidential", "restricted");

  /** Takes copies. */
  public Declared {
    named = Map.copyOf(named);
    cleared = Set.copyOf(cleared);
    readers = Set.copyOf(readers);
  }

  /** Of two names that mean it as closely, the one that says more counts. */
  DataClass of(Place place) {
    DataClass declared = DataClass.of(usual);
    int closest = 0;
    for (var each : named.entrySet()) {
      DataClass said = DataClass.of(each.getKey());
      for (String name : each.getValue()) {
        int closeness = place.closeness(name);
        boolean saysMore = closeness == closest && said.compareTo(declared) > 0;
        if (closeness > closest || (closeness > 0 && saysMore)) {
          closest = closeness;
          declared = said;
        }
      }
    }
    return declared;
  }

  boolean clears(Place place) {
    return isMeant(place, cleared);
  }

  /** Whether somebody has said of this place, or of a folder that it is in, what it is. */
  boolean names(Place place) {
    return clears(place) || named.values().stream().anyMatch(names -> isMeant(place, names));
  }

  private static boolean isMeant(Place place, Collection<String> names) {
    return names.stream().anyMatch(name -> place.closeness(name) > 0);
  }

  /** Names that mean none of these places: a slip of the pen would leave one undeclared. */
  List<String> unknown(Collection<? extends Place> places) {
    var names = new TreeSet<>(cleared);
    named.values().forEach(names::addAll);
    return names.stream()
        .filter(name -> places.stream().allMatch(place -> place.closeness(name) == 0))
        .toList();
  }
}
