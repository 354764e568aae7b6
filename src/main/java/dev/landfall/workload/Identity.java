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
 * @param byNameAlone whether users are told apart by what the request says and by nothing else:
 *     then whoever says nothing gets no cookie, and belongs to the source until everybody moves
 */
public record Identity(
    Optional<String> userHeader,
    Optional<String> userCookie,
    Optional<String> groupHeader,
    boolean byNameAlone) {
  /** The cookie of those who have nothing else. */
  public static final String OWN_COOKIE = "landfall_user";

  /** Nobody says who they are. */
  public static final Identity NONE =
      new Identity(Optional.empty(), Optional.empty(), Optional.empty());

  /** Whoever says nothing is told apart by a cookie. */
  public Identity(
      Optional<String> userHeader, Optional<String> userCookie, Optional<String> groupHeader) {
    this(userHeader, userCookie, groupHeader, false);
  }

  /**
   * The same, by what the request says alone: who is known by a name is on one side with all his
   * browsers.
   */
  public Identity namedAlone() {
    return new Identity(userHeader, userCookie, groupHeader, true);
  }
}
