package dev.landfall.adapter.archive;

import dev.landfall.adapter.archive.ZipLayout.Item;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes a ZIP file of the one form that an archive has. */
final class ZipWriter {
  private final OutputStream out;
  private final List<Item> items = new ArrayList<>();
  private long written;

  ZipWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Adds a file.
   *
   * @throws OutsideException when there is too much for one archive
   */
  void add(String name, byte[] content) throws IOException {
    var crc = new CRC32();
    crc.update(content);
    var item = new Item(name, (int) crc.getValue(), content.length, written);
    long central = (items.size() + 1) * 200L;
    if (items.size() == ZipLayout.ENTRIES_MAX || item.end() + central > ZipLayout.BYTES_MAX) {
      throw new OutsideException(
          ArchiveProblem.TOO_LARGE,
          "cannot put all that in one archive: at %s there are %d files of %d bytes; allowed: %d"
                  .formatted(name, items.size(), written, ZipLayout.ENTRIES_MAX)
              + " files of 4 GiB together; keep large evidence elsewhere, and attach its address");
    }
    items.add(item);
    write(ZipLayout.local(item));
    write(content);
  }

  /** Adds the table of contents. */
  void end() throws IOException {
    long begin = written;
    for (Item item : items) {
      write(ZipLayout.central(item));
    }
    write(ZipLayout.end(items.size(), begin, written - begin));
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    written += bytes.length;
  }
}
