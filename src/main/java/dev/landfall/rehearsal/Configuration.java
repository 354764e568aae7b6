package dev.landfall.rehearsal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a workload runs on at the target, as far as it can be read: the fingerprint of what was
 * tested (R27).
 *
 * @param traits the form of each thing by its name, both for people: {@code orders: setting
 *     work_mem} and {@code 4MB}
 */
public record Configuration(Map<String, String> traits) {
  /** Nothing can be read. */
  public static final Configuration NONE = new Configuration(Map.of());

  public Configuration {
    traits = Map.copyOf(traits);
  }

  /** What of several things is known together. */
  public Configuration with(String prefix, Configuration other) {
    var all = new TreeMap<>(traits);
    other.traits.forEach((name, form) -> all.put(prefix + name, form));
    return new Configuration(all);
  }

  /** What is different later, a clause each, in the order of names; empty when nothing is. */
  public List<String> changesTo(Configuration later) {
    var changes = new ArrayList<String>();
    var names = new TreeSet<>(traits.keySet());
    names.addAll(later.traits.keySet());
    for (String name : names) {
      String before = traits.get(name);
      String after = later.traits.get(name);
      if (before == null) {
        changes.add(name + " is new: " + after);
      } else if (after == null) {
        changes.add(name + " is gone; it was " + before);
      } else if (!before.equals(after)) {
        changes.add(name + " was " + before + " and is " + after);
      }
    }
    return changes;
  }
}
