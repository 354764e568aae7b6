package dev.landfall.bench;

import java.util.Collection;
import java.util.List;

/**
 * Figures of one thing measured several times.
 *
 * @param sorted ascending; in the unit of whoever took them
 */
record Sample(List<Double> sorted) {
  static Sample of(Collection<? extends Number> values) {
    return new Sample(values.stream().map(Number::doubleValue).sorted().toList());
  }

  Sample {
    sorted = List.copyOf(sorted);
  }

  int size() {
    return sorted.size();
  }

  double median() {
    return at(50);
  }

  double max() {
    return at(100);
  }

  double min() {
    return at(0);
  }

  /** The value that so many percent of the others do not exceed, by the nearest rank. */
  double at(double percent) {
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.clamp(rank, 1, sorted.size()) - 1);
  }
}
