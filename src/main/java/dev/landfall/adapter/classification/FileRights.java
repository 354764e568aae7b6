package dev.landfall.adapter.classification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Set;

/**
 * Who may read a file, besides its owner, by POSIX permissions: users of the machine and groups
 * that get to it. Whom an access control list names besides is not seen.
 *
 * @param everybody whether all users of the machine may
 * @param groups the groups that may, where not everybody may
 */
record FileRights(boolean everybody, Set<String> groups) {
  /** Takes a copy. */
  FileRights {
    groups = Set.copyOf(groups);
  }

  /**
   * Looks at a file and at the folders that lead there.
   *
   * @throws IOException when one of them cannot be seen
   */
  static FileRights of(Path file) throws IOException {
    Path real = file.toRealPath();
    var seen = Files.readAttributes(real, PosixFileAttributes.class);
    var groups = new HashSet<String>();
    if (seen.permissions().contains(PosixFilePermission.GROUP_READ)) {
      groups.add(seen.group().getName());
    }
    boolean everybody = seen.permissions().contains(PosixFilePermission.OTHERS_READ);
    if (everybody) {
      for (Path each = real.getParent(); each != null; each = each.getParent()) {
        var folder = Files.readAttributes(each, PosixFileAttributes.class);
        if (!folder.permissions().contains(PosixFilePermission.OTHERS_EXECUTE)) {
          everybody = false;
          // Whoever gets through is another to the file, and may read it as others may.
          if (folder.permissions().contains(PosixFilePermission.GROUP_EXECUTE)) {
            groups.add(folder.group().getName());
          }
        }
      }
    }
    return new FileRights(everybody, groups);
  }
}
