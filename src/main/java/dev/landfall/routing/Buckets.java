package dev.landfall.routing;

/**
 * The number that draws a user: XXH32 with seed 0 (xxHash fast digest algorithm, version 0.1.1,
 * {@code xxhash_spec.md}) over a text in UTF-8. Written here because HAProxy has exactly this
 * function built in, and the core knows no library; a test compares it with one.
 */
final class Buckets {
  private static final int PRIME_1 = 0x9E3779B1;
  private static final int PRIME_2 = 0x85EBCA77;
  private static final int PRIME_3 = 0xC2B2AE3D;
  private static final int PRIME_4 = 0x27D4EB2F;
  private static final int PRIME_5 = 0x165667B1;

  /** Sums modulo 2 to the 32, as the specification has them. */
  private static final int PRIME_1_AND_2 = 0x24234428;

  private static final int MINUS_PRIME_1 = 0x61C8864F;
  private static final int STRIPE = 16;

  private Buckets() {}

  /** The hash of a text; all 32 bits count, so it is to be taken as an unsigned number. */
  static int hash(String text) {
    byte[] bytes = new byte[4 * text.length()];
    return hash(bytes, encode(text, bytes));
  }

  static int hash(byte[] bytes, int length) {
    int at = 0;
    int hash = PRIME_5;
    if (length >= STRIPE) {
      int one = PRIME_1_AND_2;
      int two = PRIME_2;
      int three = 0;
      int four = MINUS_PRIME_1;
      for (; at <= length - STRIPE; at += STRIPE) {
        one = round(one, word(bytes, at));
        two = round(two, word(bytes, at + 4));
        three = round(three, word(bytes, at + 8));
        four = round(four, word(bytes, at + 12));
      }
      hash =
          Integer.rotateLeft(one, 1)
              + Integer.rotateLeft(two, 7)
              + Integer.rotateLeft(three, 12)
              + Integer.rotateLeft(four, 18);
    }
    hash += length;
    for (; at <= length - 4; at += 4) {
      hash = Integer.rotateLeft(hash + word(bytes, at) * PRIME_3, 17) * PRIME_4;
    }
    for (; at < length; at++) {
      hash = Integer.rotateLeft(hash + (bytes[at] & 0xff) * PRIME_5, 11) * PRIME_1;
    }
    hash = (hash ^ (hash >>> 15)) * PRIME_2;
    hash = (hash ^ (hash >>> 13)) * PRIME_3;
    return hash ^ (hash >>> 16);
  }

  private static int round(int lane, int word) {
    return Integer.rotateLeft(lane + word * PRIME_2, 13) * PRIME_1;
  }

  /** Least significant byte first, whatever the machine does. */
  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | ((bytes[at + 1] & 0xff) << 8)
        | ((bytes[at + 2] & 0xff) << 16)
        | ((bytes[at + 3] & 0xff) << 24);
  }

  /** As RFC 3629 has it; half of a surrogate pair becomes a question mark. Returns the length. */
  private static int encode(String text, byte[] into) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      int point = text.codePointAt(i);
      if (point >= 0x10000) {
        i++;
        into[length++] = (byte) (0xf0 | (point >> 18));
        into[length++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        into[length++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        into[length++] = (byte) (0x80 | (point & 0x3f));
      } else if (point >= 0xd800 && point < 0xe000) {
        into[length++] = '?';
      } else if (point >= 0x800) {
        into[length++] = (byte) (0xe0 | (point >> 12));
        into[length++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        into[length++] = (byte) (0x80 | (point & 0x3f));
      } else if (point >= 0x80) {
        into[length++] = (byte) (0xc0 | (point >> 6));
        into[length++] = (byte) (0x80 | (point & 0x3f));
      } else {
        into[length++] = (byte) point;
      }
    }
    return length;
  }
}
