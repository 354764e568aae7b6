package dev.landfall.adapter.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;

/** Compares what is written to it with a file, and stores nothing. */
final class ComparingStream extends OutputStream {
  private final SeekableByteChannel file;
  private String place = "";

  /** What was written is not what the file has; the message says where, as a clause. */
  static final class Different extends IOException {
    private static final long serialVersionUID = 1;

    private final String place;

    private Different(String place, String message) {
      super(message);
      this.place = place;
    }

    String place() {
      return place;
    }
  }

  /**
   * @param file from where it stands
   */
  ComparingStream(SeekableByteChannel file) {
    this.file = file;
  }

  /** What is written next is this. */
  void at(String next) {
    place = next;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one});
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    byte[] found = new byte[length];
    ByteBuffer left = ByteBuffer.wrap(found);
    while (left.hasRemaining() && file.read(left) >= 0) {
      // A channel may give less than was asked for.
    }
    if (!Arrays.equals(bytes, from, from + length, found, 0, left.position())) {
      throw new Different(
          place, place + " is not what follows from the journal and the evidence in it");
    }
  }

  /** Nothing more is expected. */
  void end() throws IOException {
    if (file.position() != file.size()) {
      throw new Different("", "something was put behind its end");
    }
  }
}
