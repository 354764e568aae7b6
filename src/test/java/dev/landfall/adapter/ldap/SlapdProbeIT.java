package dev.landfall.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.ldap.DirectoryProbe.Wanted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on OpenLDAP, with the lock that its policy of passwords sets. */
class SlapdProbeIT extends DirectoryProbeContract {
  @Override
  TestDirectory start(Path folder) throws Exception {
    return Slapd.start(folder, TestDirectory.ldif());
  }

  @Test
  void anAccountThatWasLockedIsFound(@TempDir Path folder) throws Exception {
    var ldif = new ArrayList<>(TestDirectory.ldif());
    ldif.add(TestDirectory.person("eve") + "pwdAccountLockedTime: 000001010000Z\n");
    try (var directory = Slapd.start(folder, ldif)) {
      var wanted =
          new Wanted(
              TestDirectory.BASE, TestDirectory.BASE, "uid", List.of("ann", "eve"), List.of());
      assertThat(new DirectoryProbe(directory.door(), wanted).look().reason())
          .isEqualTo("eve is disabled, locked or expired");
    }
  }
}
