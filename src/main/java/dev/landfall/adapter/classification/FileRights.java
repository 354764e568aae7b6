package dev.landfall.adapter.classification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/**
 * Who may read a file, besides its owner, by POSIX permissions. With an access control list the
 * rights of the group are the most that anybody named in it has, so that nobody is overlooked.
 *
 * @param everybody whether all users of the machine may
 * @param group the group that may; empty when it may not
 */
record FileRights(boolean everybody, Optional<String> group) {
  /**
   * Looks at a file and at the folders that lead there.
   *
   * @throws IOException when one of them cannot be seen
   */
  static FileRights of(Path file) throws IOException {
    Path real = file.toRealPath();
    var seen = Files.readAttributes(real, PosixFileAttributes.class);
    boolean everybody = seen.permissions().contains(PosixFilePermission.OTHERS_READ);
    for (Path each = real.getParent(); everybody && each != null; each = each.getParent()) {
      everybody = Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_EXECUTE);
    }
    return new FileRights(
        everybody,
        seen.permissions().contains(PosixFilePermission.GROUP_READ)
            ? Optional.of(seen.group().getName())
            : Optional.empty());
  }
}
