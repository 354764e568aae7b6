package dev.landfall.adapter.archive;

import dev.landfall.adapter.archive.ZipLayout.Item;
import dev.landfall.engine.EvidenceStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Finds the files in an archive. It takes nothing but what {@link ZipWriter} writes, so no file can
 * lead out of a folder, be larger than it is, or be there twice; nothing is unpacked anywhere.
 */
final class ZipReader {
  private static final int NAME_MAX = 100;
  private static final Pattern NAME =
      Pattern.compile(
          "archive\\.json|index\\.html|journal\\.jsonl|SHA256SUMS|evidence/[0-9a-f]{64}"
              + "|statements/[0-9]{8}\\.(txt|sig|pem)");

  private ZipReader() {}

  /**
   * All files by their name, in the order in which they lie there.
   *
   * @throws BrokenArchive when it is not of the form that an archive has
   */
  static Map<String, Item> items(SeekableByteChannel file) throws IOException, BrokenArchive {
    if (file.size() > ZipLayout.BYTES_MAX) {
      throw new BrokenArchive("it has " + file.size() + " bytes, more than an archive can have");
    }
    var items = new LinkedHashMap<String, Item>();
    long at = 0;
    while (true) {
      ByteBuffer header = read(file, at, ZipLayout.LOCAL_BYTES);
      if (header.getInt(0) != ZipLayout.LOCAL) {
        if (header.getInt(0) == ZipLayout.CENTRAL && !items.isEmpty()) {
          return items;
        }
        throw new BrokenArchive("at byte " + at + " there is no file where one should begin");
      }
      Item item = item(file, header, at);
      if (items.putIfAbsent(item.name(), item) != null) {
        throw new BrokenArchive(item.name() + " is in it twice");
      }
      if (items.size() > ZipLayout.ENTRIES_MAX) {
        throw new BrokenArchive("it has more files than an archive can have");
      }
      at = item.end();
    }
  }

  private static Item item(SeekableByteChannel file, ByteBuffer header, long at)
      throws IOException, BrokenArchive {
    int length = Short.toUnsignedInt(header.getShort(26));
    if (length > NAME_MAX) {
      throw new BrokenArchive("at byte " + at + " there is a name of " + length + " bytes");
    }
    ByteBuffer bytes = read(file, at + ZipLayout.LOCAL_BYTES, length);
    String name = StandardCharsets.ISO_8859_1.decode(bytes).toString();
    if (!NAME.matcher(name).matches()) {
      throw new BrokenArchive("at byte " + at + " there is a file that no archive has");
    }
    var item = new Item(name, header.getInt(14), Integer.toUnsignedLong(header.getInt(18)), at);
    if (!ByteBuffer.wrap(ZipLayout.local(item))
        .slice(0, ZipLayout.LOCAL_BYTES)
        .equals(header.slice(0, ZipLayout.LOCAL_BYTES))) {
      throw new BrokenArchive(
          name + " is not stored as Landfall stores it: was the archive packed again?");
    }
    if (item.end() > file.size()) {
      throw new BrokenArchive(name + " is cut short");
    }
    if (name.startsWith("evidence/") && item.size() > EvidenceStore.BYTES_MAX) {
      throw new BrokenArchive(name + " is larger than evidence can be");
    }
    return item;
  }

  /** Reads the content of a file that is known to be small enough. */
  static byte[] content(SeekableByteChannel file, Item item) throws IOException, BrokenArchive {
    byte[] content = new byte[Math.toIntExact(item.size())];
    fill(file, item.begin(), content);
    return content;
  }

  private static ByteBuffer read(SeekableByteChannel file, long at, int size)
      throws IOException, BrokenArchive {
    byte[] bytes = new byte[size];
    fill(file, at, bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void fill(SeekableByteChannel file, long at, byte[] bytes)
      throws IOException, BrokenArchive {
    if (at + bytes.length > file.size()) {
      throw new BrokenArchive("it ends at byte " + file.size() + ", in the middle of something");
    }
    file.position(at);
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      if (file.read(left) < 0) {
        throw new BrokenArchive("it was cut short while it was read");
      }
    }
  }
}
