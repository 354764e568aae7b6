package dev.landfall.adapter.address;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A socket for whole Ethernet frames on one interface ({@code packet(7)}), which Java has not: the
 * kernel tells the network of a new address only when it is let, and of an IPv6 one never.
 *
 * <p>Needs {@code CAP_NET_RAW}.
 */
final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final short POLLIN = 1;
  private static final int FRAME_BYTES_MAX = 2048;

  /** {@code sockaddr_ll}: family, protocol, interface, and what only the kernel fills. */
  private static final int ADDRESS_BYTES = 20;

  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET =
      function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final MethodHandle BIND =
      function("bind", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final MethodHandle SEND =
      function(
          "send",
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private static final MethodHandle RECEIVE =
      function(
          "recv",
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private static final MethodHandle POLL =
      function("poll", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
  private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(CALL_STATE);
  private final MemorySegment buffer = arena.allocate(FRAME_BYTES_MAX, 8);
  private final int descriptor;

  /**
   * Opens one; it is used and closed by the thread that opened it.
   *
   * @param index of the interface
   * @param protocol which frames are received: one of {@link Frames}
   */
  PacketSocket(int index, int protocol) throws IOException {
    short wire = Short.reverseBytes((short) protocol);
    descriptor = call("socket", SOCKET, AF_PACKET, SOCK_RAW, wire & 0xffff);
    MemorySegment address = arena.allocate(ADDRESS_BYTES, 4);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
    address.set(ValueLayout.JAVA_SHORT, 2, wire);
    address.set(ValueLayout.JAVA_INT, 4, index);
    try {
      call("bind", BIND, descriptor, address, ADDRESS_BYTES);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  void send(byte[] frame) throws IOException {
    MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
    call("send", SEND, descriptor, buffer, (long) frame.length, 0);
  }

  /** The next frame; absent when none comes within a time. */
  Optional<byte[]> receive(Duration within) throws IOException {
    MemorySegment asked = arena.allocate(8, 4);
    asked.set(ValueLayout.JAVA_INT, 0, descriptor);
    asked.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
    if (call("poll", POLL, asked, 1L, (int) within.toMillis()) == 0) {
      return Optional.empty();
    }
    int length = call("recv", RECEIVE, descriptor, buffer, (long) FRAME_BYTES_MAX, 0);
    ByteBuffer got = buffer.asSlice(0, length).asByteBuffer();
    byte[] frame = new byte[length];
    got.get(frame);
    return Optional.of(frame);
  }

  @Override
  public void close() throws IOException {
    try (arena) {
      call("close", CLOSE, descriptor);
    }
  }

  /** These are the kernel's own functions, in the types that Linux has on 64 bits. */
  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters),
        Linker.Option.captureCallState("errno"));
  }

  private int call(String name, MethodHandle function, Object... arguments) throws IOException {
    Object[] all = new Object[arguments.length + 1];
    all[0] = state;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    int result;
    try {
      result = (int) function.invokeWithArguments(all);
    } catch (Throwable e) {
      throw new IOException("cannot call " + name, e);
    }
    if (result < 0) {
      throw new IOException(
          "%s of a packet socket failed with errno %d; CAP_NET_RAW and CAP_NET_ADMIN are needed"
              .formatted(name, (int) ERRNO.get(state, 0L)));
    }
    return result;
  }
}
