package dev.landfall.cli.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A folder of records beside a workload file. Every {@code .yaml} and {@code .yml} file in it is a
 * record, in letters of either case; whatever else lies there is passed over, and so are folders in
 * it and files whose name begins with a dot. What is read is kept, so nothing is read that lies
 * elsewhere and is only linked there.
 *
 * @param files in the order of their names: those of the kinds that were asked for, and those of
 *     which nobody can tell the kind
 */
public record RecordFolder(List<Entry> files) {
  /** More is no folder of records, and somebody waits for the answer. */
  private static final int ENTRIES_MAX = 10_000;

  /** How many records there may be, of whatever kind. */
  private static final int RECORDS_MAX = 200;

  /** No name steers a terminal, or looks like the end of a line in what is hashed. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}._ -]{0,99}");

  public RecordFolder {
    files = List.copyOf(files);
  }

  /** One record. */
  public static final class Entry {
    private final String name;
    private final byte[] content;
    private final RecordFile.Read read;

    Entry(String name, byte[] content, RecordFile.Read read) {
      this.name = name;
      this.content = content;
      this.read = read;
    }

    /** The name of the file in the folder. */
    public String name() {
      return name;
    }

    /** A copy of its content. */
    public byte[] content() {
      return content.clone();
    }

    /** The hash of its content, in lower-case hexadecimal. */
    public String sha256() {
      return RecordFolder.sha256(content);
    }

    /** What its reader made of it. */
    public RecordFile.Read read() {
      return read;
    }
  }

  /** The folder cannot be read; the message says why, as a clause. */
  public static final class Unread extends Exception {
    private static final long serialVersionUID = 1;

    Unread(String why) {
      super(why);
    }
  }

  /**
   * Reads a folder.
   *
   * @param kinds the kinds of records that are asked for
   * @param filesMax how many of them there may be; 1 or more
   * @throws Unread when there is no such folder, it has more, or one of them cannot be read
   */
  public static RecordFolder read(
      Path folder, Collection<String> kinds, RecordFile.Days days, int filesMax) throws Unread {
    var files = new ArrayList<Entry>();
    for (Path path : paths(folder)) {
      byte[] content = content(path);
      RecordFile.Read read = parsed(path, content, days);
      if (kind(read).map(kinds::contains).orElse(true)) {
        files.add(new Entry(name(path), content, read));
      }
    }
    if (files.size() > filesMax) {
      throw new Unread(
          "%s has %d records, and %d can be read at once; take old ones away, or split it"
              .formatted(folder, files.size(), filesMax));
    }
    return new RecordFolder(files);
  }

  private static Optional<String> kind(RecordFile.Read read) {
    return switch (read) {
      case RecordFile.Right right -> Optional.of(right.kind());
      case RecordFile.Wrong wrong -> wrong.kind();
    };
  }

  /** The hash of the names and contents of all of them: nothing of them changes without it. */
  public String sha256() {
    var lines = new StringBuilder();
    files.forEach(each -> lines.append(each.sha256()).append(' ').append(each.name()).append('\n'));
    return sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static RecordFile.Read parsed(Path path, byte[] content, RecordFile.Days days)
      throws Unread {
    try {
      return RecordFile.parse(name(path), content, days);
    } catch (RuntimeException e) {
      // The parser has answered some texts with a fault of its own; its words may quote the file.
      throw new Unread("%s cannot be read (%s)".formatted(path, word(e)));
    }
  }

  private static List<Path> paths(Path folder) throws Unread {
    if (Files.isSymbolicLink(folder)) {
      throw new Unread("the folder %s is a link; name the folder itself".formatted(folder));
    }
    var paths = new ArrayList<Path>();
    try (var all = Files.newDirectoryStream(folder)) {
      int entries = 0;
      for (Path each : all) {
        entries++;
        if (entries > ENTRIES_MAX) {
          throw new Unread("%s has more than %d files".formatted(folder, ENTRIES_MAX));
        }
        if (isRecord(each)) {
          paths.add(each);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new Unread("the folder %s cannot be read (%s)".formatted(folder, word(e)));
    }
    if (paths.size() > RECORDS_MAX) {
      throw new Unread(
          "%s has %d records, and %d can be looked through; take old ones away, or split it"
              .formatted(folder, paths.size(), RECORDS_MAX));
    }
    for (Path each : paths) {
      if (!NAME.matcher(name(each)).matches()) {
        throw new Unread(
            "a record in %s has a name with other signs than letters, digits, spaces and . _ -, or"
                    .formatted(folder)
                + " with more than 100");
      }
    }
    paths.sort((one, other) -> name(one).compareTo(name(other)));
    return paths;
  }

  private static boolean isRecord(Path path) {
    String name = name(path).toLowerCase(Locale.ROOT);
    return (name.endsWith(".yaml") || name.endsWith(".yml"))
        && !name.startsWith(".")
        && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static byte[] content(Path path) throws Unread {
    // Whoever opens a pipe waits for somebody who writes into it, and a link leads anywhere.
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new Unread(path + " is no plain file, and links are not followed; copy it there");
    }
    try (var in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(YamlTree.BYTES_MAX + 1);
    } catch (IOException e) {
      throw new Unread("%s cannot be read (%s)".formatted(path, word(e)));
    }
  }

  private static String word(Exception e) {
    return e.getClass().getSimpleName();
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
