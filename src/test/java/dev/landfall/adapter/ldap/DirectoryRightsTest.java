package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
}
