package dev.landfall.workload;

import java.util.List;

/**
 * What the adoption team may do on the target until users are there, and then no more (R21, R81).
 *
 * @param name unique in the workload file
 * @param kind what product it is, in the word of the workload file: {@code postgres}
 * @param asset the asset on whose target it is
 * @param roles who loses it; at least one
 */
public record Access(String name, String kind, String asset, List<String> roles) {
  public Access {
    roles = List.copyOf(roles);
  }
}
