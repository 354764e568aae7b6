package dev.landfall.adapter.haproxy;

import dev.landfall.routing.Cohort;
import dev.landfall.workload.Named;
import dev.landfall.workload.Network;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * Who is named in a cohort, in the words of HAProxy. The tag follows from what is in the lists, so
 * that a list that HAProxy has once is not sent again, and none is ever changed.
 *
 * @param moved who belongs to the target
 * @param kept who belongs to the source
 * @param entries {@code KIND=VALUE} each, in the order in which they were named; kinds are {@code
 *     mu mg mn ku kg kn}: moved or kept user, group, network
 */
record NamedLists(Named moved, Named kept, List<String> entries) {
  /** The tag of nobody. */
  static final String NONE = "-";

  /** What one command carries at most; HAProxy cuts at its buffer of 16 KiB. */
  private static final int PART_MAX = 6_000;

  private static final int TAG_DIGITS = 32;

  static NamedLists of(Cohort cohort) {
    var entries = new ArrayList<String>();
    add(entries, "m", cohort.moved());
    add(entries, "k", cohort.kept());
    return new NamedLists(cohort.moved(), cohort.kept(), List.copyOf(entries));
  }

  private static void add(List<String> entries, String side, Named named) {
    named.users().forEach(user -> entries.add(side + "u=" + Words.encode(user)));
    named.groups().forEach(group -> entries.add(side + "g=" + Words.encode(group)));
    named
        .networks()
        .forEach(network ->
            entries.add(
                "%sn=%s.%d.%s"
                    .formatted(
                        side, network.address(), network.prefix(), Words.encode(network.text()))));
  }

  /**
   * Reads entries that HAProxy told, or throws an {@link IllegalArgumentException} when they are
   * not those of the tag.
   */
  static NamedLists parse(String tag, String told) {
    List<String> entries = List.of(told.strip().split("[,\\s]+"));
    var lists = new NamedLists(named(entries, "m"), named(entries, "k"), entries);
    if (!lists.tag().equals(tag)) {
      throw new IllegalArgumentException("the lists in it are not those of the order");
    }
    return lists;
  }

  private static Named named(List<String> entries, String side) {
    return new Named(
        values(entries, side + "u=", Words::decode),
        values(entries, side + "g=", Words::decode),
        values(
            entries,
            side + "n=",
            value -> Network.parse(Words.decode(value.substring(value.lastIndexOf('.') + 1)))));
  }

  private static <T> List<T> values(List<String> entries, String kind, Function<String, T> read) {
    return entries.stream()
        .filter(entry -> entry.startsWith(kind))
        .map(entry -> read.apply(entry.substring(kind.length())))
        .toList();
  }

  String tag() {
    if (entries.isEmpty()) {
      return NONE;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      entries.forEach(entry -> digest.update((entry + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest()).substring(0, TAG_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The entries, so many together as one command carries. */
  List<String> parts() {
    return packed(entries, ",");
  }

  /**
   * The lines of the map in which the rules look for users and groups. Of equal keys the first
   * counts, so those who are kept come first.
   */
  List<String> mapParts() {
    String tag = tag();
    var lines = new ArrayList<String>();
    for (String side : List.of("k", "m")) {
      for (String entry : entries) {
        if (entry.startsWith(side) && !entry.startsWith(side + "n")) {
          lines.add(entry.substring(3) + "/" + entry.charAt(1) + "/" + tag + " " + side);
        }
      }
    }
    return packed(lines, "\n");
  }

  private static List<String> packed(List<String> items, String between) {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    for (String item : items) {
      if (!part.isEmpty() && part.length() + item.length() > PART_MAX) {
        parts.add(part.toString());
        part.setLength(0);
      }
      part.append(part.isEmpty() ? "" : between).append(item);
    }
    if (!part.isEmpty()) {
      parts.add(part.toString());
    }
    return parts;
  }
}
