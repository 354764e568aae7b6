package dev.landfall.adapter.classification;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What somebody says of the data: as how sensitive it counts, and what a person has looked at.
 *
 * @param usual the class of all that is not named
 * @param named tables and columns by class: {@code customers}, {@code customers.email}, {@code
 *     sales.customers} or {@code sales.customers.email}; the longest name counts
 * @param cleared columns in which something only looks sensitive, named likewise
 * @param readers roles that may read what is restricted, besides its owner
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

  DataClass of(Place place) {
    DataClass declared = DataClass.of(usual);
    int parts = 0;
    for (var each : named.entrySet()) {
      for (String name : each.getValue()) {
        int length = name.split("\\.", -1).length;
        // A name with a schema and one with a column are as long; the column says more.
        int weight = 2 * length + (name.endsWith("." + place.column()) ? 1 : 0);
        if (place.isMeantBy(name) && weight > parts) {
          parts = weight;
          declared = DataClass.of(each.getKey());
        }
      }
    }
    return declared;
  }

  boolean clears(Place place) {
    return cleared.stream().anyMatch(place::isMeantBy);
  }

  /** Names that mean nothing there is: a slip of the pen would leave a column undeclared. */
  List<String> unknown(List<Place> places) {
    var names = new TreeSet<>(cleared);
    named.values().forEach(names::addAll);
    var unknown = new ArrayList<String>();
    for (String name : names) {
      if (places.stream().noneMatch(place -> place.isMeantBy(name))) {
        unknown.add(name);
      }
    }
    return unknown;
  }

  /** A column; of a partition, that of the whole table. */
  record Place(String schema, String table, String column) {
    boolean isMeantBy(String name) {
      return name.equals(table)
          || name.equals(table + "." + column)
          || name.equals(schema + "." + table)
          || name.equals(this.toString());
    }

    @Override
    public String toString() {
      return schema + "." + table + "." + column;
    }
  }
}
