package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.ldap.DirectoryProbe.Wanted;
import dev.landfall.engine.Probe.Observation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void whatActiveDirectoryDoesNotShowOfAnAccountIsNotEnabled() throws Exception {
    assertThat(look(true, "shop-web-1").reason())
        .isEqualTo(
            "whether cn=shop-web-1,ou=Servers,dc=corp,dc=example is enabled cannot be seen; let"
                + " the reader see userAccountControl");
    assertThat(look(true, "good", account("good", "userAccountControl: 4096")).reason()).isEmpty();
  }

  @Test
  void anAccountThatWasLockedIsFound() throws Exception {
    for (String state : List.of("pwdAccountLockedTime: 000001010000Z", "nsAccountLock: TRUE")) {
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
      assertThat(look(active, "good", child, account("good", "userAccountControl: 4096")).reason())
          .startsWith("a part of what is below dc=corp,dc=example is in 1 other directories");
    }
  }

  @Test
  void partsOfAForestThatHaveNoAccountsAreNotMissed() throws Exception {
    String zones = referral("DC=DomainDnsZones,DC=corp,DC=example");
    String good = account("good", "userAccountControl: 4096");
    assertThat(look(true, "good", zones, good).reason()).isEmpty();
    assertThat(look(false, "good", zones, good).passed()).isFalse();
  }
}
