package dev.landfall.adapter.classification;

import java.util.List;

/** What the values of one place look like, without the values. */
interface Tally {
  /**
   * What a place holds.
   *
   * @param values how many of those that were read look like it; 0 when a name alone says so
   */
  record Finding(DataKind kind, int values) {}

  /** How many values were read. */
  int values();

  /** What they are, by themselves and by the names that they have. */
  List<Finding> findings();

  /** Plain digits whose check digits are right no more often than chance makes them. */
  int byChance();
}
