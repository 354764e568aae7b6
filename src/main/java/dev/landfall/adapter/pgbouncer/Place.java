package dev.landfall.adapter.pgbouncer;

import dev.landfall.problem.OutsideException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database on a server, as PgBouncer names it.
 *
 * @param host a name or an address, one of IPv6 without brackets; or the folder of a Unix socket
 * @param port 1 to 65535
 */
record Place(String host, int port, String database) {
  /**
   * A folder that is nowhere, in which PgBouncer looks for a socket in vain and lets its clients
   * wait. So nobody is led anywhere by a PgBouncer that starts again in the middle of a hold, and
   * has forgotten that it was paused.
   */
  private static final String NOWHERE = "/landfall-holds-everybody";

  private static final int USUAL_PORT = 5432;

  private static final Pattern URL =
      Pattern.compile(
          "postgresql://(?:([A-Za-z0-9._-]+)|\\[([0-9A-Fa-f:.]+)])(?::([0-9]{1,5}))?/([^/\\p{Cntrl}]{1,63})");

  /**
   * Reads {@code postgresql://host:port/database}.
   *
   * @throws OutsideException when it is nothing that PgBouncer can lead to
   */
  static Place parse(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new OutsideException(
          PgbouncerProblem.ORDER,
          "cannot give PgBouncer the order: \"%s\" is no database; give postgresql://host:port/name"
              .formatted(url));
    }
    return new Place(
        parts.group(1) == null ? parts.group(2) : parts.group(1),
        parts.group(3) == null ? USUAL_PORT : Integer.parseInt(parts.group(3)),
        parts.group(4));
  }

  /** Where everybody waits who would have come here. */
  Place nowhere() {
    return new Place(NOWHERE, port, database);
  }

  /** For people. */
  @Override
  public String toString() {
    return host + ":" + port + "/" + database;
  }
}
