package dev.landfall.workload;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A range of addresses in the notation of RFC 4632 and RFC 4291: {@code 10.1.0.0/16}, {@code
 * 2001:db8::/32}. An address of IPv4 is one of IPv6 that is mapped (RFC 4291, 2.5.5.2), so that a
 * plane that listens on both sorts the same user alike.
 *
 * @param address its 16 bytes as 32 hexadecimal digits, with zeros behind the prefix
 * @param prefix how many leading bits count, 0 to 128; 96 more than written for IPv4
 * @param text as it was written, for people
 */
public record Network(String address, int prefix, String text) {
  private static final int BYTES = 16;
  private static final int MAPPED_BITS = 96;

  /**
   * Reads a range.
   *
   * @throws IllegalArgumentException when the text is none, with what is wrong with it
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    byte[] address =
        address(host)
            .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no network"));
    int shift = host.indexOf(':') < 0 ? MAPPED_BITS : 0;
    String bits = slash < 0 ? "" + (BYTES * 8 - shift) : text.substring(slash + 1);
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > BYTES * 8 - shift) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has no prefix of 0 to " + (BYTES * 8 - shift) + " bits");
    }
    int prefix = Integer.parseInt(bits) + shift;
    if (!Arrays.equals(address, masked(address, prefix))) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has bits set behind its prefix of " + bits + " bits");
    }
    return new Network(hex(address), prefix, text);
  }

  /**
   * The 16 bytes of an address; absent when the text is none. A zone ({@code fe80::1%eth0}) is left
   * away.
   */
  public static Optional<byte[]> address(String text) {
    int zone = text.indexOf('%');
    String host = zone < 0 ? text : text.substring(0, zone);
    return host.indexOf(':') < 0 ? mapped(host) : sixteen(host);
  }

  /**
   * Whether an address is in it.
   *
   * @param other the 16 bytes of it, as {@link #address} has them
   */
  public boolean contains(byte[] other) {
    return hex(masked(other, prefix)).equals(address);
  }

  /** An address without the bits behind a prefix. */
  public static byte[] masked(byte[] address, int prefix) {
    byte[] kept = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      int bits = Math.clamp(prefix - 8L * i, 0, 8);
      kept[i] = (byte) (address[i] & (0xff00 >> bits));
    }
    return kept;
  }

  /** An address as {@link #address} has it: 32 hexadecimal digits. */
  public static String hex(byte[] address) {
    return HexFormat.of().formatHex(address);
  }

  private static Optional<byte[]> mapped(String text) {
    byte[] address = new byte[BYTES];
    address[10] = (byte) 0xff;
    address[11] = (byte) 0xff;
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    for (int i = 0; i < 4; i++) {
      if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
        return Optional.empty();
      }
      address[12 + i] = (byte) Integer.parseInt(parts[i]);
    }
    return Optional.of(address);
  }

  private static Optional<byte[]> sixteen(String text) {
    String whole = text;
    int lastColon = text.lastIndexOf(':');
    if (text.indexOf('.') >= 0) {
      // The last four bytes may be written as an address of IPv4.
      Optional<byte[]> tail = mapped(text.substring(lastColon + 1));
      if (tail.isEmpty()) {
        return Optional.empty();
      }
      String digits = hex(tail.get()).substring(24);
      whole = text.substring(0, lastColon + 1) + digits.substring(0, 4) + ":" + digits.substring(4);
    }
    int gap = whole.indexOf("::");
    String[] head = groups(gap < 0 ? whole : whole.substring(0, gap));
    String[] tail = gap < 0 ? new String[0] : groups(whole.substring(gap + 2));
    int written = head.length + tail.length;
    if (gap < 0 ? written != 8 : written > 7) {
      return Optional.empty();
    }
    byte[] address = new byte[BYTES];
    return fill(address, 0, head) && fill(address, BYTES - 2 * tail.length, tail)
        ? Optional.of(address)
        : Optional.empty();
  }

  private static String[] groups(String text) {
    return text.isEmpty() ? new String[0] : text.split(":", -1);
  }

  private static boolean fill(byte[] address, int from, String[] groups) {
    for (int i = 0; i < groups.length; i++) {
      if (!groups[i].matches("[0-9a-fA-F]{1,4}")) {
        return false;
      }
      int value = Integer.parseInt(groups[i], 16);
      address[from + 2 * i] = (byte) (value >> 8);
      address[from + 2 * i + 1] = (byte) value;
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
