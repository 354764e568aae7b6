package dev.landfall.gate;

import dev.landfall.workload.Gate;
import dev.landfall.workload.Gate.Flag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a gate stands at one moment.
 *
 * @param why a clause for people
 * @param until when that ends by itself; absent when it does not
 * @param lacking what is not there, or does not count any more
 */
public record Standing(
    Gate gate, State state, String why, Optional<Instant> until, List<Flag> lacking) {
  public Standing {
    lacking = List.copyOf(lacking);
  }

  /** The gate, its state and why, as a clause. */
  public String words() {
    return gate.id() + " is " + state.word() + (why.isEmpty() ? "" : ": " + why);
  }
}
