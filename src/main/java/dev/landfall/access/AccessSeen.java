package dev.landfall.access;

import java.util.List;
import java.util.Optional;

/**
 * Who still has an access that is to end, read back.
 *
 * @param fault why it could not be read; when present, nothing else here is to be believed
 * @param left what is left of it, a clause each: {@code adopt_anna may sign in}; empty when it has
 *     ended
 */
public record AccessSeen(Optional<String> fault, List<String> left) {
  public AccessSeen {
    left = List.copyOf(left);
  }

  /** It was read. */
  public static AccessSeen of(List<String> left) {
    return new AccessSeen(Optional.empty(), left);
  }

  /** It could not be read. */
  public static AccessSeen unreachable(String why) {
    return new AccessSeen(Optional.of(why), List.of());
  }

  /** Whether nobody has it any more. */
  public boolean hasEnded() {
    return fault.isEmpty() && left.isEmpty();
  }
}
