package dev.landfall.adapter.classification;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
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
 * @param parts the first begins with a line; a part may end, and another begin, within one
 */
record Sample(List<String> parts) {
  static final int BYTES_MAX = 1024 * 1024;

  private static final int PART = BYTES_MAX / 4;

  /** Each block of this many signs is text, or the file is none: something may be behind a text. */
  private static final int BLOCK = 8 * 1024;

  /** Signs that texts hardly have; what is packed has more of them. */
  private static final double STRANGE_MAX = 0.1;

  /** Where the mark of a PDF may stand. */
  private static final int MARK_MAX = 1024;

  /** What a text is that is none of Unicode: in it all of ISO 8859-1 is the same. */
  private static final Charset OTHER = Charset.forName("windows-1252");

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
      return texts(beginning, List.of(read(channel, middle, PART), read(channel, end, PART + 2)));
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
    others.forEach(other -> parts.add(new String(other, charset)));
    boolean isPdf = first.substring(0, Math.min(first.length(), MARK_MAX)).contains("%PDF-");
    return !isPdf && parts.stream().allMatch(Sample::isText)
        ? Optional.of(new Sample(parts))
        : Optional.empty();
  }

  private static Charset charset(byte[] bytes) {
    int mark = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    return switch (mark) {
      case 0xfeff -> StandardCharsets.UTF_16BE;
      case 0xfffe -> StandardCharsets.UTF_16LE;
      default -> isUtf8(bytes) ? StandardCharsets.UTF_8 : OTHER;
    };
  }

  private static boolean isUtf8(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length);
    // What ends within a sign is no fault of the text: the decoder is not told that it is the end.
    return !StandardCharsets.UTF_8.newDecoder().decode(in, out, false).isError();
  }

  private static boolean isText(String part) {
    for (int begin = 0; begin < part.length(); begin += BLOCK) {
      String block = part.substring(begin, Math.min(part.length(), begin + BLOCK));
      long strange = block.chars().filter(Sample::isStrange).count();
      if (block.indexOf('\0') >= 0 || strange > STRANGE_MAX * block.length()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isStrange(int sign) {
    return sign == '\uFFFD' || (Character.isISOControl(sign) && !Character.isWhitespace(sign));
  }
}
