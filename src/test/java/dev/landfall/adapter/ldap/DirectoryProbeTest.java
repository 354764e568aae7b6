package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.ldap.DirectoryProbe.Wanted;
import dev.landfall.engine.Probe.Observation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on a directory in memory, which can also be what a slapd is not. */
class DirectoryProbeTest extends DirectoryProbeContract {
  @TempDir private Path folder;

  @Override
  TestDirectory start(Path folder) throws Exception {
    return MemoryDirectory.start(folder, TestDirectory.ldif());
  }

  private Observation look(boolean active, String name, String... more) throws Exception {
    var ldif = new ArrayList<>(TestDirectory.ldif());
    ldif.addAll(List.of(more));
    try (var directory = MemoryDirectory.start(folder, ldif, active)) {
      var wanted =
          new Wanted(TestDirectory.BASE, TestDirectory.BASE, "cn", List.of(name), List.of());
      return new DirectoryProbe(directory.door(), wanted).look();
    }
  }

  private static String account(String name, String state) {
    return """
    dn: cn=%1$s,ou=Servers,dc=corp,dc=example
    objectClass: device
    cn: %1$s
    %2$s
    """
        .formatted(name, state);
  }

  /** As Active Directory shows one that may be used. */
  private static final String GOOD =
      """
      userAccountControl: 4096
      msDS-User-Account-Control-Computed: 0
      accountExpires: 9223372036854775807
      """
          .strip();

  @Test
  void whatActiveDirectoryDoesNotShowOfAnAccountIsAFaultAndNamed() throws Exception {
    String right = " there (the right \"Read Account Restrictions\" has it)";
    assertThat(look(true, "shop-web-1").reason())
        .isEqualTo(
            "whether cn=shop-web-1,ou=Servers,dc=corp,dc=example is enabled, and until when,"
                + " cannot be seen: let the reader see userAccountControl and accountExpires"
                + right);
    var hidden =
        Map.of(
            "userAccountControl", "is enabled, and until when,",
            "accountExpires", "is enabled, and until when,",
            "msDS-User-Account-Control-Computed", "is locked");
    for (var each : hidden.entrySet()) {
      String seen = GOOD.replaceAll(each.getKey() + ": .*\n?", "").strip();
      assertThat(look(true, "good", account("good", seen)).reason())
          .isEqualTo(
              "whether cn=good,ou=Servers,dc=corp,dc=example %s cannot be seen: let the reader see %s"
                      .formatted(each.getValue(), each.getKey())
                  + right);
      assertThat(look(false, "good", account("good", seen)).reason())
          .as("no other directory has them")
          .isEmpty();
    }
    assertThat(look(true, "good", account("good", GOOD)).reason()).isEmpty();
  }

  @Test
  void anAccountThatActiveDirectoryHasLockedIsFound() throws Exception {
    String locked = GOOD.replace("Computed: 0", "Computed: 16");
    assertThat(look(true, "shut", account("shut", locked)).reason())
        .isEqualTo("shut is disabled, locked or expired");
  }

  @Test
  void anAccountThatWasLockedIsFound() throws Exception {
    for (String state :
        List.of(
            "pwdAccountLockedTime: 000001010000Z",
            "pwdAccountLockedTime: 20260301120000Z",
            "nsAccountLock: TRUE")) {
      assertThat(look(false, "shut", account("shut", state)).reason())
          .isEqualTo("shut is disabled, locked or expired");
    }
    assertThat(look(false, "well", account("well", "nsAccountLock: false")).reason()).isEmpty();
  }

  private static String referral(String to) {
    return """
    dn: ou=away,dc=corp,dc=example
    objectClass: referral
    objectClass: extensibleObject
    ou: away
    ref: ldap://other.example/%s
    """
        .formatted(to);
  }

  @Test
  void whatIsInAnotherDirectoryIsNotLeftOut() throws Exception {
    String child = referral("DC=child,DC=corp,DC=example");
    for (boolean active : new boolean[] {true, false}) {
      assertThat(look(active, "good", child, account("good", GOOD)).reason())
          .startsWith("a part of what is below dc=corp,dc=example is in 1 other directories");
    }
  }

  @Test
  void partsOfAForestThatHaveNoAccountsAreNotMissed() throws Exception {
    String zones = referral("DC=DomainDnsZones,DC=corp,DC=example");
    String good = account("good", GOOD);
    assertThat(look(true, "good", zones, good).reason()).isEmpty();
    assertThat(look(false, "good", zones, good).passed()).isFalse();
  }
}
