package dev.landfall.workload;

import java.util.List;
import java.util.Optional;

/**
 * Somebody who takes part in a gated promotion.
 *
 * @param name as in the workload file, and as commands name who gave them
 * @param roles what the person may do; one or more
 * @param key the public key that proves it: Ed25519, X.509, in base 64; absent for one who signs
 *     nothing
 * @param accounts by which other names commands come from this person; each is one person's alone
 */
public record Person(String name, List<String> roles, Optional<String> key, List<String> accounts) {
  public Person {
    roles = List.copyOf(roles);
    accounts = List.copyOf(accounts);
  }

  /** Somebody who has one name everywhere. */
  public Person(String name, List<String> roles, Optional<String> key) {
    this(name, roles, key, List.of());
  }

  /** Whether a command by this account is this person's. */
  public boolean is(String account) {
    return name.equals(account) || accounts.contains(account);
  }
}
