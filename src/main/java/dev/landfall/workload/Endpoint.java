package dev.landfall.workload;

import java.util.Map;
import java.util.Optional;

/**
 * One side of an asset, as the workload file names it.
 *
 * @param url where it listens, in the form that its kind uses: {@code postgresql://host:port/db},
 *     or {@code http://host:port}
 * @param user who Landfall signs in as; empty when the kind needs nobody
 * @param password where the password is found; empty when none is needed
 * @param options settings of the kind (TLS, certificates), already checked for known names
 */
public record Endpoint(
    String url, Optional<String> user, Optional<SecretRef> password, Map<String, String> options) {

  /** An endpoint that needs nobody to sign in. */
  public static Endpoint of(String url) {
    return new Endpoint(url, Optional.empty(), Optional.empty(), Map.of());
  }

  public Endpoint {
    options = Map.copyOf(options);
  }
}
