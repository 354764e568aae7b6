package dev.landfall.adapter.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The records of a ZIP file (PKWARE APPNOTE 6.3.3, 4.3.7, 4.3.12 and 4.3.16) in the only form that
 * an archive has: nothing is compressed, nothing has a time, rights, extra fields or comments. So
 * the same contents make the same bytes everywhere, and no content is larger than the file shows.
 */
final class ZipLayout {
  /** One less than what needs the longer records, which are not written. */
  static final int ENTRIES_MAX = 65_534;

  /** So much that every offset fits in its four bytes. */
  static final long BYTES_MAX = 0xFFFF_0000L;

  static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  static final int LOCAL = 0x04034b50;
  static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;

  private static final short VERSION = 20;
  private static final short FLAGS = 0x0800;
  private static final short STORED = 0;

  /** The first day that there is in a ZIP file: 1980-01-01. */
  private static final short FIRST_DAY = 0x21;

  /**
   * A file in it.
   *
   * @param crc CRC-32 of its content
   * @param size of its content, in bytes
   * @param offset where its header begins
   */
  record Item(String name, int crc, long size, long offset) {
    /** Where its content begins. */
    long begin() {
      return offset + LOCAL_BYTES + name.length();
    }

    /** Where whatever follows begins. */
    long end() {
      return begin() + size;
    }
  }

  private ZipLayout() {}

  static byte[] local(Item item) {
    byte[] name = item.name().getBytes(StandardCharsets.US_ASCII);
    byte[] record = new byte[LOCAL_BYTES + name.length];
    ByteBuffer header = over(record).putInt(LOCAL);
    describe(header, item, name.length);
    header.put(name);
    return record;
  }

  static byte[] central(Item item) {
    byte[] name = item.name().getBytes(StandardCharsets.US_ASCII);
    byte[] record = new byte[CENTRAL_BYTES + name.length];
    ByteBuffer header = over(record).putInt(CENTRAL).putShort(VERSION);
    describe(header, item, name.length);
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    header.putInt((int) item.offset()).put(name);
    return record;
  }

  private static void describe(ByteBuffer header, Item item, int name) {
    header.putShort(VERSION).putShort(FLAGS).putShort(STORED);
    header.putShort((short) 0).putShort(FIRST_DAY).putInt(item.crc());
    header.putInt((int) item.size()).putInt((int) item.size());
    header.putShort((short) name).putShort((short) 0);
  }

  static byte[] end(int items, long offset, long size) {
    byte[] record = new byte[END_BYTES];
    ByteBuffer end = over(record).putInt(END).putShort((short) 0).putShort((short) 0);
    end.putShort((short) items).putShort((short) items);
    end.putInt((int) size).putInt((int) offset).putShort((short) 0);
    return record;
  }

  private static ByteBuffer over(byte[] record) {
    return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
  }
}
