package dev.landfall.stats;

/**
 * How one group fared in one tick.
 *
 * @param units what could have had an event: requests, of those alone who are well where users are
 *     known; not negative
 * @param events those of them who had one; from 0 to {@code units}
 */
public record Arm(long units, long events) {
  /** Nobody was there. */
  public static final Arm NONE = new Arm(0, 0);

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException when there are more events than units, or fewer than none
   */
  public Arm {
    if (events < 0 || units < events) {
      throw new IllegalArgumentException(events + " events of " + units + " units");
    }
  }

  /** Both counts added up. */
  public Arm plus(Arm other) {
    return new Arm(units + other.units, events + other.events);
  }
}
