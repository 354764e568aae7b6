package dev.landfall.adapter.folder;

import dev.landfall.engine.Pseudonyms;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key by which values that could be somebody's are told: in the file {@code telling.key} of the
 * data folder, 64 hexadecimal digits that only the user of Landfall may read. It is made when the
 * first such value is told, and is in no archive. When it is lost another one is made, and the same
 * value has another name from then on.
 */
public final class TellingKey {
  private static final String NAME = "telling.key";
  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private final Path folder;
  private volatile @Nullable String known;

  private TellingKey(Path folder) {
    this.folder = folder;
  }

  /**
   * The names that are given by the key of a data folder.
   *
   * @param data the data folder; it need not be there yet
   */
  public static Pseudonyms in(Path data) {
    return Pseudonyms.keyed(new TellingKey(data)::get);
  }

  private String get() {
    String key = known;
    if (key == null) {
      key = read();
      known = key;
    }
    return key;
  }

  private String read() {
    Path file = folder.resolve(NAME);
    try {
      if (!Files.exists(file)) {
        make(file);
      }
      String key = Files.readString(file).strip();
      if (!FORM.matcher(key).matches()) {
        throw problem(file, "it is not 64 hexadecimal digits", null);
      }
      return key;
    } catch (IOException e) {
      throw problem(file, e.getClass().getSimpleName(), e);
    }
  }

  /** Whoever of several processes is the first makes it, and never one that is read half. */
  private void make(Path file) throws IOException {
    var key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    Files.createDirectories(folder, Rights.only(folder, "rwx------"));
    Path next = folder.resolve(NAME + "." + UUID.randomUUID() + ".next");
    try {
      try (var channel =
          FileChannel.open(
              next,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              Rights.only(folder, "rw-------"))) {
        var digits =
            ByteBuffer.wrap(HexFormat.of().formatHex(key).getBytes(StandardCharsets.US_ASCII));
        while (digits.hasRemaining()) {
          channel.write(digits);
        }
        channel.force(true);
      }
      Files.createLink(file, next);
    } catch (FileAlreadyExistsException _) {
      // Another process was first, and its key is the one.
      return;
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private static OutsideException problem(Path file, String seen, @Nullable IOException cause) {
    String message =
        "cannot use %s, by which values that could be somebody's are told: %s; may this user read and write it? A key that is damaged may be removed"
            .formatted(file, seen);
    return cause == null
        ? new OutsideException(TellingProblem.KEY, message)
        : new OutsideException(TellingProblem.KEY, message, cause);
  }
}
