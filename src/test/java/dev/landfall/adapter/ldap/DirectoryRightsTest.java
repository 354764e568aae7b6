package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on a directory in memory, which also takes what is Active Directory's alone. */
class DirectoryRightsTest extends DirectoryRightsContract {
  /** The bytes "domain" and a number of four bytes, the lowest first: 'A', or 513. */
  private static final String SID_OF_EVE = "ZG9tYWluQQAAAA==";

  private static final String SID_OF_513 = "ZG9tYWluAQIAAA==";

  @Override
  TestDirectory start(Path folder, List<String> ldif) throws Exception {
    return MemoryDirectory.start(folder, ldif);
  }

  @Test
  void thePrimaryGroupCountsWhichDoesNotNameItsMembers(@TempDir Path folder) throws Exception {
    var ldif = new ArrayList<>(TestDirectory.ldif());
    for (String number : List.of("513", "514")) {
      ldif.add(
          TestDirectory.person("eve" + number)
              + "primaryGroupID: %s\nobjectSid:: %s\n".formatted(number, SID_OF_EVE));
    }
    ldif.add(
        """
        dn: cn=Domain Users,ou=Groups,dc=corp,dc=example
        objectClass: group
        cn: Domain Users
        objectSid:: %s
        """
            .formatted(SID_OF_513));
    try (var directory = MemoryDirectory.start(folder, ldif)) {
      var found =
          new DirectoryRights(directory.door(), TestDirectory.BASE, "uid")
              .look(Set.of("eve513", "eve514"));
      assertThat(found.of("eve513")).contains("member of Domain Users");
      assertThat(found.of("eve514")).contains("member of its primary group, number 514");
    }
  }

  private static SortedSet<String> rights(Path folder, boolean active, String state)
      throws Exception {
    var ldif = new ArrayList<>(TestDirectory.ldif());
    ldif.add(TestDirectory.person("eve") + state);
    try (var directory = MemoryDirectory.start(folder, ldif, active)) {
      return new DirectoryRights(directory.door(), TestDirectory.BASE, "uid")
          .look(Set.of("eve"))
          .of("eve");
    }
  }

  /** Else a user who mistyped a password on one side would hold everybody back. */
  @Test
  void aLockAfterWrongPasswordsIsNoRightThatWasLostAndOneByAPersonIs(@TempDir Path folder)
      throws Exception {
    assertThat(rights(folder, false, "pwdAccountLockedTime: 20260301120000Z\n"))
        .containsExactly("may sign in");
    assertThat(rights(folder, false, "pwdAccountLockedTime: 000001010000Z\n")).isEmpty();
    assertThat(rights(folder, false, "nsAccountLock: true\n")).isEmpty();
  }

  /** Unseen on both sides it would be the same on both. */
  @Test
  void whatActiveDirectoryDoesNotShowIsNotTheSame(@TempDir Path folder) {
    assertThatThrownBy(() -> rights(folder, true, "userAccountControl: 512\n"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("let the reader see accountExpires there");
    assertThatThrownBy(() -> rights(folder, true, "accountExpires: 0\n"))
        .hasMessageContaining("let the reader see userAccountControl there");
  }
}
