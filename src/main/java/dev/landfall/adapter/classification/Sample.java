package dev.landfall.adapter.classification;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * What is read of a file of texts: all of one that has up to {@link #BYTES_MAX}, of a longer one
 * its beginning, its middle and its end; of one that is packed with gzip the beginning.
 *
 * @param parts each begins with a line and may end within one
 */
record Sample(List<String> parts) {
  static final int BYTES_MAX = 1024 * 1024;

  private static final int PART = BYTES_MAX / 4;

  /** Enough to tell texts from anything else. */
  private static final int BEGINNING = 8 * 1024;

  /** Of a text in another charset a few signs are none of UTF-8. */
  private static final double STRANGE_MAX = 0.1;

  /**
   * Reads one.
   *
   * @return empty when it is no file of texts
   * @throws IOException when it cannot be read, and when it is packed and broken
   */
  static Optional<Sample> of(Path file) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      byte[] head = read(channel, 0, BYTES_MAX);
      if (head.length > 1 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b) {
        channel.position(0);
        try (var unpacked = new GZIPInputStream(Channels.newInputStream(channel))) {
          return texts(unpacked.readNBytes(BYTES_MAX), List.of());
        }
      }
      long size = channel.size();
      if (size <= BYTES_MAX) {
        return texts(head, List.of());
      }
      byte[] beginning = Arrays.copyOf(head, 2 * PART);
      long middle = (size / 2) & ~1L;
      long end = (size - PART) & ~1L;
      return texts(beginning, List.of(read(channel, middle, PART), read(channel, end, PART)));
    }
  }

  private static byte[] read(SeekableByteChannel channel, long from, int max) throws IOException {
    channel.position(from);
    var buffer = ByteBuffer.allocate(64 * 1024);
    var read = new ByteArrayOutputStream();
    while (read.size() < max) {
      buffer.clear().limit(Math.min(buffer.capacity(), max - read.size()));
      int count = channel.read(buffer);
      if (count < 0) {
        break;
      }
      read.write(buffer.array(), 0, count);
    }
    return read.toByteArray();
  }

  private static Optional<Sample> texts(byte[] beginning, List<byte[]> others) {
    Charset charset = charset(beginning);
    var parts = new ArrayList<String>();
    String first = new String(beginning, charset);
    parts.add(first.startsWith("\uFEFF") ? first.substring(1) : first);
    for (byte[] other : others) {
      String text = new String(other, charset);
      parts.add(text.substring(text.indexOf('\n') + 1));
    }
    return isText(beginning, charset, parts.getFirst())
        ? Optional.of(new Sample(parts))
        : Optional.empty();
  }

  private static Charset charset(byte[] bytes) {
    int mark = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    return switch (mark) {
      case 0xfeff -> StandardCharsets.UTF_16BE;
      case 0xfffe -> StandardCharsets.UTF_16LE;
      default -> StandardCharsets.UTF_8;
    };
  }

  private static boolean isText(byte[] bytes, Charset charset, String text) {
    int length = Math.min(bytes.length, BEGINNING);
    if (charset.equals(StandardCharsets.UTF_8)) {
      for (int i = 0; i < length; i++) {
        if (bytes[i] == 0) {
          return false;
        }
      }
    }
    String beginning = text.substring(0, Math.min(text.length(), BEGINNING));
    long strange =
        beginning
            .chars()
            .filter(sign ->
                sign == '\uFFFD' || (Character.isISOControl(sign) && !Character.isWhitespace(sign)))
            .count();
    return !beginning.startsWith("%PDF-") && strange <= STRANGE_MAX * beginning.length();
  }
}
