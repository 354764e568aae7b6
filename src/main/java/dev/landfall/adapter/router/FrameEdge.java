package dev.landfall.adapter.router;

import io.vertx.core.buffer.Buffer;

/**
 * Knows where one WebSocket frame ends and the next begins, in what a service sends, and nothing of
 * what is in them (RFC 6455, 5.2). Only there may a frame of the router's own be put in.
 */
final class FrameEdge {
  private static final int LENGTH_OF_TWO_BYTES = 126;
  private static final int LENGTH_OF_EIGHT_BYTES = 127;
  private static final int MASKED = 0x80;
  private static final int MASK_BYTES = 4;

  private int headerBytes;
  private int headerBytesMax = 2;
  private long length;
  private long bodyLeft;
  private boolean masked;

  /** Whether all that was passed ends with a frame. */
  boolean between() {
    return headerBytes == 0 && bodyLeft == 0;
  }

  /**
   * Passes on over bytes that were sent.
   *
   * @param stopAtEdge whether to stop where the first frame ends
   * @return where it stopped: just behind a frame, or at the end of the bytes
   */
  int pass(Buffer bytes, boolean stopAtEdge) {
    int at = 0;
    while (at < bytes.length()) {
      if (bodyLeft > 0) {
        int step = (int) Math.min(bodyLeft, bytes.length() - at);
        bodyLeft -= step;
        at += step;
      } else {
        header(bytes.getByte(at) & 0xff);
        at++;
      }
      if (stopAtEdge && between()) {
        break;
      }
    }
    return at;
  }

  private void header(int next) {
    headerBytes++;
    if (headerBytes == 2) {
      masked = (next & MASKED) != 0;
      length = next & (MASKED - 1);
      headerBytesMax +=
          length == LENGTH_OF_TWO_BYTES ? 2 : length == LENGTH_OF_EIGHT_BYTES ? Long.BYTES : 0;
      length = headerBytesMax > 2 ? 0 : length;
    } else if (headerBytes > 2) {
      length = (length << Byte.SIZE) | next;
    }
    if (headerBytes >= 2 && headerBytes == headerBytesMax) {
      bodyLeft = length + (masked ? MASK_BYTES : 0);
      headerBytes = 0;
      headerBytesMax = 2;
      length = 0;
    }
  }
}
