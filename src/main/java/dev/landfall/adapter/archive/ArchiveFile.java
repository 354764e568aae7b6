package dev.landfall.adapter.archive;

import dev.landfall.engine.Archived;
import dev.landfall.engine.EvidenceStore;
import dev.landfall.engine.Journal.Entry;
import dev.landfall.gate.Evidence;
import dev.landfall.problem.OutsideException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** One file with all that speaks for a promotion; the same history makes the same bytes. */
public final class ArchiveFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private ArchiveFile() {}

  /**
   * Writes an archive, on disk when this returns; only the user of Landfall may read it.
   *
   * @param program which writes it, with its version
   * @param workload whose evidence goes in
   * @param chain all entries of all workloads, audited, oldest first
   * @throws OutsideException with a code of {@link ArchiveProblem}; no file is left then
   */
  public static Archived write(
      String program, String workload, List<Entry> chain, EvidenceStore store, Path file) {
    var contents = new Contents(program, workload, chain);
    Path target = file.toAbsolutePath();
    // A name that nobody can foresee: whoever may write there could have made a link of that name.
    Path next = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".next");
    try {
      if (Files.exists(target)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      try {
        write(contents, store, next);
        put(next, target);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (FileAlreadyExistsException e) {
      throw new OutsideException(
          ArchiveProblem.UNWRITTEN,
          "cannot write %s: there is such a file; give another name".formatted(file),
          e);
    } catch (IOException e) {
      throw new OutsideException(
          ArchiveProblem.UNWRITTEN,
          "cannot write %s: %s; is there room, and may this user write?".formatted(file, e),
          e);
    }
    return seen(workload, contents);
  }

  /** Fails when somebody else was faster, which a move alone would not. */
  private static void put(Path next, Path target) throws IOException {
    try {
      Files.createLink(target, next);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException _) {
      // There are no links there, as on a stick: the name is taken first, and then what it names.
      Files.createFile(target);
      try {
        Files.move(next, target, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        Files.deleteIfExists(target);
        throw e;
      }
    }
  }

  private static void write(Contents contents, EvidenceStore store, Path next) throws IOException {
    try (var channel =
        FileChannel.open(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly(next))) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      var zip = new ZipWriter(out);
      contents.writeTo(zip::add, store);
      zip.end();
      out.flush();
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** What is in it, once it is known to be what it says. */
  static Archived seen(String workload, Contents contents) {
    var evidence = contents.evidence().values();
    return new Archived(
        workload,
        contents.head().sequence(),
        contents.head().hash(),
        evidence.size(),
        evidence.stream().mapToLong(Evidence::bytes).sum(),
        Signers.of(contents.own()),
        Optional.empty(),
        contents.hashes());
  }
}
