package dev.landfall.adapter.ldap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a directory is, and who asks.
 *
 * @param url {@code ldaps://host:636}, or {@code ldap://host:389}, where TLS is begun with StartTLS
 * @param user the name of the entry to sign in as; absent to ask as nobody
 * @param password of that entry; a secret
 * @param roots a file of PEM certificates to trust; absent for those of this Java
 * @param timeout how long each answer may take
 */
public record DirectoryDoor(
    String url,
    Optional<String> user,
    Optional<String> password,
    Optional<Path> roots,
    Duration timeout) {

  /** The password is a secret. */
  @Override
  public String toString() {
    return url;
  }
}
