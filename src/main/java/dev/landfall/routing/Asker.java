package dev.landfall.routing;

import dev.landfall.workload.Identity;
import java.util.List;
import java.util.Optional;

/**
 * Who sends a request, as far as a plane can tell.
 *
 * @param user what the header or the cookie of the {@link Identity} says, or the plane's own
 *     cookie; absent when there is none of them
 * @param own what the plane's own cookie says; absent when there is none. Whoever was given one is
 *     drawn by it for as long as it is there, also once the service names them: by the new name
 *     they would be drawn anew and could flip (I3).
 * @param groups what the header for groups says; empty when there is none
 * @param address where the request comes from, in text; absent when that is not known
 */
public record Asker(
    Optional<String> user, Optional<String> own, List<String> groups, Optional<String> address) {
  /** Somebody of whom nothing is known. */
  public static final Asker UNKNOWN = new Asker(Optional.empty(), List.of(), Optional.empty());

  /** Somebody without a cookie of the plane's own. */
  public Asker(Optional<String> user, List<String> groups, Optional<String> address) {
    this(user, Optional.empty(), groups, address);
  }

  /** The name that the bucket is made of; absent when nothing tells this asker from others. */
  public Optional<String> drawnBy() {
    return own.or(() -> user);
  }
}
