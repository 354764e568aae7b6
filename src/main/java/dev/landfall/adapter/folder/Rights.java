package dev.landfall.adapter.folder;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Who may read what is made in the data folder. */
final class Rights {
  private Rights() {}

  /**
   * The rights with which something is made, where the file system has any.
   *
   * @param who as {@code rw-------}
   */
  static FileAttribute<?>[] only(Path folder, String who) {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(who))
        }
        : new FileAttribute<?>[0];
  }
}
