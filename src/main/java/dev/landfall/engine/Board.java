package dev.landfall.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * Port: where the controller that drives a promotion shows what it sees, for those who ask. Nothing
 * is decided on it, and it may be lost.
 */
public interface Board {
  /**
   * What was last shown.
   *
   * @param at when it was seen
   * @param controller who saw it
   * @param json a {@link Sight} as JSON
   */
  record Notice(Instant at, String controller, String json) {}

  /** Shows something; the notice before it is gone. */
  void show(String workload, Notice notice);

  /** What was last shown; absent when nothing was. */
  Optional<Notice> last(String workload);
}
