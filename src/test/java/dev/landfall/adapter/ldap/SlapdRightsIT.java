package dev.landfall.adapter.ldap;

import java.nio.file.Path;
import java.util.List;

/** The contract, on a directory of OpenLDAP. */
class SlapdRightsIT extends DirectoryRightsContract {
  @Override
  TestDirectory start(Path folder, List<String> ldif) throws Exception {
    return Slapd.start(folder, ldif);
  }
}
