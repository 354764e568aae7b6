package dev.landfall.adapter.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameEdgeTest {
  /** Around each change of form: 125 fits a byte, 65535 fits two. */
  private static final int[] LENGTHS = {0, 1, 125, 126, 127, 1000, 65_535, 65_536, 70_000};

  @Test
  void framesOfEveryLengthInPiecesOfEverySizeEndWhereTheyEnd() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new SplittableRandom(seed);
      Buffer all = Buffer.buffer();
      Set<Integer> ends = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        all.appendBuffer(frame(LENGTHS[random.nextInt(LENGTHS.length)], random));
        ends.add(all.length());
      }
      var edge = new FrameEdge();
      assertThat(edge.between()).isTrue();
      int at = 0;
      while (at < all.length()) {
        int most = random.nextBoolean() ? 3 : 90_000;
        int size = Math.min(all.length() - at, 1 + random.nextInt(most));
        int stop = edge.pass(all.slice(at, at + size), random.nextBoolean());
        assertThat(stop).isBetween(1, size);
        at += stop;
        assertThat(edge.between()).as("seed %d, byte %d", seed, at).isEqualTo(ends.contains(at));
      }
    }
  }

  private static Buffer frame(int length, SplittableRandom random) {
    boolean masked = random.nextBoolean();
    int mask = masked ? 0x80 : 0;
    Buffer frame = Buffer.buffer().appendByte((byte) random.nextInt());
    if (length < 126) {
      frame.appendByte((byte) (mask | length));
    } else if (length <= 0xffff) {
      frame.appendByte((byte) (mask | 126)).appendUnsignedShort(length);
    } else {
      frame.appendByte((byte) (mask | 127)).appendLong(length);
    }
    byte[] body = new byte[length + (masked ? 4 : 0)];
    random.nextBytes(body);
    return frame.appendBytes(body);
  }
}
