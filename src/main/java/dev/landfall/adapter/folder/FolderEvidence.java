package dev.landfall.adapter.folder;

import dev.landfall.engine.EvidenceStore;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Evidence as files named by their hash, which only the user of Landfall may read. */
public final class FolderEvidence implements EvidenceStore {
  private final Path folder;

  /**
   * @param data the data folder
   */
  public FolderEvidence(Path data) {
    this.folder = data.resolve("evidence");
  }

  @Override
  public String keep(byte[] content) {
    String hash = hash(content);
    Path file = folder.resolve(hash);
    try {
      if (isKept(file, hash)) {
        return hash;
      }
      Files.createDirectories(folder, Rights.only(folder, "rwx------"));
      Path next = folder.resolve(hash + "." + ProcessHandle.current().pid() + ".next");
      try (var channel =
          FileChannel.open(
              next,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.TRUNCATE_EXISTING),
              Rights.only(folder, "rw-------"))) {
        var bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync();
      return hash;
    } catch (IOException e) {
      throw new OutsideException(
          EvidenceProblem.UNWRITTEN,
          "cannot keep evidence in %s: %s; is there room, and may this user write?"
              .formatted(folder, e),
          e);
    }
  }

  /** What was damaged is written anew by whoever brings it again. */
  private static boolean isKept(Path file, String hash) throws IOException {
    return Files.exists(file) && hash(Files.readAllBytes(file)).equals(hash);
  }

  /** That the file is in the folder has to be on disk, too: its hash is in the journal next. */
  private void sync() throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return; // where a folder cannot be opened
    }
    for (Path each : List.of(folder, folder.toAbsolutePath().normalize().getParent())) {
      try (var channel = FileChannel.open(each, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public Optional<byte[]> read(String sha256) {
    Path file = folder.resolve(sha256);
    try {
      byte[] content = Files.readAllBytes(file);
      if (!hash(content).equals(sha256)) {
        throw new OutsideException(
            EvidenceProblem.CHANGED,
            "cannot trust %s: its content has another hash than its name; restore it from a backup"
                .formatted(file));
      }
      return Optional.of(content);
    } catch (NoSuchFileException _) {
      // Absent is an answer, and whoever asked says what is missing.
      return Optional.empty();
    } catch (IOException e) {
      throw new OutsideException(
          EvidenceProblem.UNREAD,
          "cannot read evidence %s: %s; may this user read it?".formatted(file, e),
          e);
    }
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
