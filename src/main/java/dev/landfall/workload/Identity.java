package dev.landfall.workload;

import java.util.Optional;

/**
 * How a plane tells one user from another. Whoever has none of these gets a cookie of the plane's
 * own, named {@link #OWN_COOKIE}, and is told apart by it from then on.
 *
 * @param userHeader the header that names the user; absent when none does. What a stranger writes
 *     there decides nothing but which side serves it, so it needs no proof
 * @param userCookie the cookie that names the user or the session; absent when none does; looked at
 *     when the header is not there
 * @param groupHeader the header that names the user's groups, separated by commas; absent for none
 */
public record Identity(
    Optional<String> userHeader, Optional<String> userCookie, Optional<String> groupHeader) {
  /** The cookie of those who have nothing else. */
  public static final String OWN_COOKIE = "landfall_user";

  /** Nobody says who they are. */
  public static final Identity NONE =
      new Identity(Optional.empty(), Optional.empty(), Optional.empty());
}
