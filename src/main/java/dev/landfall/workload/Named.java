package dev.landfall.workload;

import java.util.List;

/**
 * Users who are named, and not drawn.
 *
 * @param users as they are written in the header or cookie of the {@link Identity}
 * @param groups one of which a user is a member of
 * @param networks from one of which the request comes
 */
public record Named(List<String> users, List<String> groups, List<Network> networks) {
  /** No one. */
  public static final Named NOBODY = new Named(List.of(), List.of(), List.of());

  public Named {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
    networks = List.copyOf(networks);
  }

  /** Whether nobody is named. */
  public boolean isEmpty() {
    return users.isEmpty() && groups.isEmpty() && networks.isEmpty();
  }
}
