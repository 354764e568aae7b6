package dev.landfall.adapter.classification;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What was found so far: places and counts, and no value. */
final class Notes {
  private static final int SHOWN_MAX = 10;

  private final List<String> faults = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private boolean whole = true;

  /** Why the check fails. */
  void fault(String text) {
    faults.add(text);
  }

  /** Why the check fails, and not all of the files that there are was seen. */
  void incomplete(String text) {
    fault(text);
    whole = false;
  }

  /** For the evidence alone. */
  void line(String text) {
    lines.add(text);
  }

  /** Some of what is there, whatever is in it. */
  void places(Collection<? extends Place> some) {
    places.addAll(some);
  }

  List<String> faults() {
    return faults;
  }

  List<String> lines() {
    return lines;
  }

  List<Place> places() {
    return places;
  }

  /** Whether all files were seen that there are. */
  boolean whole() {
    return whole;
  }

  /** The first few, and how many more there are. */
  static String shown(Collection<?> names) {
    String first =
        names.stream().limit(SHOWN_MAX).map(String::valueOf).collect(Collectors.joining(", "));
    return names.size() <= SHOWN_MAX
        ? first
        : first + " and %d more".formatted(names.size() - SHOWN_MAX);
  }
}
