package dev.landfall.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;

/** A small text that must survive a loss of power. Either the old or the new one is there. */
public final class KeptFile {
  private static final FileAttribute<?>[] OWNER_ALONE =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
          }
          : new FileAttribute<?>[0];

  private final Path file;
  private final Path folder;

  public KeptFile(Path file) {
    this.file = file.toAbsolutePath();
    this.folder = Objects.requireNonNull(this.file.getParent(), "a file lies in some folder");
  }

  /** Where it lies. */
  public Path folder() {
    return folder;
  }

  /** Makes the folder when there is none, for its owner alone. */
  public void prepare() throws IOException {
    Files.createDirectories(folder, OWNER_ALONE);
  }

  /** What was written last; absent before the first time. */
  public Optional<String> read() throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** Takes the place of what was there; when this returns, it survives a loss of power. */
  public void write(String text) throws IOException {
    Path next = next();
    fill(next, text);
    move(next);
  }

  /**
   * The same, for a file that others read too: owner and rights stay as they are.
   *
   * @throws NoSuchFileException when there is none yet
   */
  public void replace(String text) throws IOException {
    Path next = next();
    Files.copy(file, next, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    fill(next, text);
    move(next);
  }

  private Path next() {
    return folder.resolve(file.getFileName() + ".new");
  }

  private static void fill(Path next, String text) throws IOException {
    try (var channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private void move(Path next) throws IOException {
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    // The rename itself is on disk only once the folder is.
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
