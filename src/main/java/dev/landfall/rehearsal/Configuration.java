package dev.landfall.rehearsal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
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

  /**
   * SHA-256, in lower-case hexadecimal, of all traits in the order of their names: of each the name
   * and the form, each followed by U+0000, as UTF-16 in big-endian order. What is equal has the
   * same, and nothing else has.
   */
  public String fingerprint() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      new TreeMap<>(traits)
          .forEach((name, form) -> {
            update(digest, name);
            update(digest, form);
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, String text) {
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? 0 : text.charAt(i);
      digest.update((byte) (c >> Byte.SIZE));
      digest.update((byte) c);
    }
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
