package dev.landfall.adapter.router;

import dev.landfall.control.RouteJson;
import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Standing;
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

/** The file that lets a router start again where it was. Either the old or the new one is there. */
final class StateFile {
  private static final FileAttribute<?>[] OWNER_ALONE =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
          }
          : new FileAttribute<?>[0];

  private final Path file;
  private final Path folder;

  StateFile(Path file) {
    this.file = file.toAbsolutePath();
    this.folder =
        java.util.Objects.requireNonNull(this.file.getParent(), "a file lies in some folder");
  }

  /** Makes the folder when there is none, for its owner alone, as the state's folder is. */
  void prepare() {
    try {
      Files.createDirectories(folder, OWNER_ALONE);
    } catch (IOException e) {
      throw new OutsideException(
          RouterProblem.STATE,
          "cannot start the router: the folder %s for its last order cannot be made (%s); make it"
              .formatted(folder, words(e)),
          e);
    }
  }

  /** The standing that was saved last; of a router that never had an order when there is none. */
  Standing read() {
    try {
      return RouteJson.standing(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Standing.none();
    } catch (IOException | IllegalArgumentException e) {
      throw new OutsideException(
          RouterProblem.STATE,
          "cannot start the router: its last order in %s cannot be read (%s); restore the file, or"
                  .formatted(file, words(e))
              + " move it away, and then no request is served until a controller gives an order",
          e);
    }
  }

  /** Saves a standing; when this returns, it survives a loss of power. */
  void write(Standing standing) {
    Path temporary = folder.resolve(file.getFileName() + ".new");
    try {
      try (var channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var bytes =
            ByteBuffer.wrap(RouteJson.ofStanding(standing).getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      // The rename itself is on disk only once the folder is.
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw new OutsideException(
          RouterProblem.STATE,
          "cannot take the order: it cannot be kept in %s (%s); make room or make it writable"
              .formatted(file, words(e)),
          e);
    }
  }

  private static String words(Exception e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
