package dev.landfall.adapter.folder;

import dev.landfall.engine.Board;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A board of one small file a workload, replaced whole, never synced: it is shown twice a second,
 * and nobody misses a notice that a power cut took.
 */
public final class FolderBoard implements Board {
  private static final Logger LOG = Logger.getLogger(FolderBoard.class.getName());

  private final Path folder;

  /**
   * @param data the data folder
   */
  public FolderBoard(Path data) {
    this.folder = data.resolve("board");
  }

  /** {@inheritDoc} A disk that refuses is logged: a picture is not worth a promotion. */
  @Override
  public void show(String workload, Notice notice) {
    try {
      makeFolder();
      Path next = folder.resolve(workload + "." + ProcessHandle.current().pid() + ".next");
      Files.writeString(
          next, notice.at() + "\n" + notice.controller() + "\n" + notice.json() + "\n");
      Files.move(
          next,
          file(workload),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(Level.FINE, e, () -> "cannot show what is seen of " + workload + " in " + folder);
    }
  }

  /** What differs is named by its key, which may be personal: nobody else may look. */
  private void makeFolder() throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
  }

  /** {@inheritDoc} One that cannot be read is as good as none. */
  @Override
  public Optional<Notice> last(String workload) {
    try {
      String[] lines = Files.readString(file(workload)).split("\n", 3);
      return lines.length < 3
          ? Optional.empty()
          : Optional.of(new Notice(Instant.parse(lines[0]), lines[1], lines[2].strip()));
    } catch (NoSuchFileException _) {
      // Nobody has put up a notice yet.
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.FINE, e, () -> "cannot read " + file(workload));
      return Optional.empty();
    }
  }

  private Path file(String workload) {
    return folder.resolve(workload + ".notice");
  }
}
