package dev.landfall.engine;

import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Signed;
import dev.landfall.workload.Person;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who takes part in a gated promotion, as they are: a file can call them by other names, and say
 * less of their accounts than there is.
 */
enum Cast {
  /** Gives the file, and nothing else. */
  GAIL(false, List.of("gail", "root"), "project-manager"),
  TESS(false, List.of("tess"), "tester"),
  TONY(false, List.of("tony"), "tester"),
  AMY(true, List.of("amy"), "business-owner"),
  BEA(true, List.of("bea"), "business-owner"),
  OLGA(true, List.of("olga"), "governance"),
  CY(true, List.of("cy"), "ciso"),
  /** Orders users to move, and nothing else. */
  ED(false, List.of("ed"), "migration-engineer"),
  /** May do all that a role can let somebody do, and tries all of it. */
  MAX(
      true,
      List.of("max", "max-admin", "maxine"),
      "administrator",
      "business-owner",
      "governance",
      "operations"),
  MIA(true, List.of("mia"), "tester", "business-owner"),
  /** Nobody whom a file names. */
  STRANGER(false, List.of("stranger"), "administrator");

  private static final Map<Cast, KeyPair> PAIRS =
      Arrays.stream(values()).collect(Collectors.toMap(each -> each, Cast::make));

  private static final Map<Cast, String> KEYS =
      Arrays.stream(values())
          .collect(
              Collectors.toMap(
                  each -> each,
                  each -> Base64.getEncoder().encodeToString(pair(each).getPublic().getEncoded())));

  private final boolean signs;

  @SuppressWarnings("ImmutableEnumChecker") // Nobody can change it.
  private final List<String> accounts;

  @SuppressWarnings("ImmutableEnumChecker") // Nor this.
  private final List<String> roles;

  Cast(boolean signs, List<String> accounts, String... roles) {
    this.signs = signs;
    this.accounts = List.copyOf(accounts);
    this.roles = List.of(roles);
  }

  private static KeyPair pair(Cast who) {
    return Objects.requireNonNull(PAIRS.get(who));
  }

  /** The same keys in every run. */
  private static KeyPair make(Cast who) {
    try {
      var generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, new Fixed(who.name().getBytes(StandardCharsets.UTF_8)));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final byte[] values;

    Fixed(byte[] values) {
      this.values = values;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = values[i % values.length];
      }
    }
  }

  /** Who is behind an account, or a name. */
  static Cast of(String account) {
    return Arrays.stream(values())
        .filter(each -> each.accounts.contains(account))
        .findFirst()
        .orElse(STRANGER);
  }

  /** Whose key it is; absent for nobody's. */
  static Optional<Cast> ofKey(String key) {
    return Arrays.stream(values()).filter(each -> each.key().equals(key)).findFirst();
  }

  String account() {
    return accounts.getFirst();
  }

  /** Every other account that this person has. */
  List<String> accountsBut(String name) {
    return accounts.stream().filter(each -> !each.equals(name)).toList();
  }

  List<String> roles() {
    return roles;
  }

  String key() {
    return Objects.requireNonNull(KEYS.get(this));
  }

  boolean signs() {
    return signs;
  }

  /** As a file has them. */
  Person person(String name, List<String> others) {
    return new Person(name, roles, signs ? Optional.of(key()) : Optional.empty(), others);
  }

  /** Signs with their own key, whatever it says. */
  Signed sign(Statement statement) {
    try {
      var signature = Signature.getInstance("Ed25519");
      signature.initSign(pair(this).getPrivate());
      signature.update(statement.text().getBytes(StandardCharsets.UTF_8));
      return new Signed(statement, key(), Base64.getEncoder().encodeToString(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
