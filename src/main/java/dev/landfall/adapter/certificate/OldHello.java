package dev.landfall.adapter.certificate;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * The first message of a client that knows only old versions of TLS (RFC 5246, 7.4.1.2), and what
 * the server says to it. Java has those versions switched off for the whole process, so its own
 * client cannot ask; nothing but this one message is ever sent in them.
 */
final class OldHello {
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int WARNING = 1;
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_HELLO = 2;
  private static final int RECORD_MAX = 18_432;
  private static final int RECORDS_MAX = 4;
  private static final int RANDOM_BYTES = 32;

  /** A type byte, a length of three and a version of two. */
  private static final int HELLO_BEGIN = 6;

  /**
   * What any server of the last twenty years may have, so that none refuses for want of a common
   * one: RSA, DHE and ECDHE with AES-GCM, ChaCha20, AES-CBC and 3DES, and the sign of RFC 5746.
   */
  private static final int[] SUITES = {
    0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E, 0x009F, 0x009C, 0x009D, 0xC009, 0xC013,
    0xC00A, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0xC008, 0xC012, 0x0016, 0x000A, 0x00FF
  };

  private static final int[] GROUPS = {0x001D, 0x0017, 0x0018, 0x0019};
  private static final int[] SIGNATURES = {
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201
  };

  private OldHello() {}

  /**
   * What a server says.
   *
   * @param taken whether it agrees to go on
   * @param words the version that it agrees to, or how it refuses
   */
  record Answer(boolean taken, String words) {}

  /**
   * Asks a server for a version, or for one that is older still.
   *
   * @param millis how long the connection, and again each part of the answer, may take
   * @throws IOException when it cannot be reached, or says nothing in that time
   */
  static Answer ask(InetSocketAddress server, String name, TlsVersion newest, int millis)
      throws IOException {
    try (var socket = new Socket()) {
      socket.connect(server, millis);
      socket.setSoTimeout(millis);
      try {
        socket.getOutputStream().write(record(hello(name, newest)));
        return answer(new DataInputStream(socket.getInputStream()));
      } catch (EOFException | SocketException e) {
        return new Answer(false, "it closes the connection");
      } catch (SocketTimeoutException e) {
        throw new IOException("it says nothing to who wants no more than " + newest.word(), e);
      }
    }
  }

  private static Answer answer(DataInputStream in) throws IOException {
    for (int number = 0; number < RECORDS_MAX; number++) {
      int type = in.readUnsignedByte();
      in.readUnsignedShort();
      int length = in.readUnsignedShort();
      if ((type != ALERT && type != HANDSHAKE) || length > RECORD_MAX) {
        return new Answer(false, "it speaks no TLS");
      }
      byte[] body = new byte[length];
      in.readFully(body);
      if (type == HANDSHAKE) {
        return version(body);
      }
      // Before it goes on, a server may warn that it does not know the name (RFC 6066, 3).
      if (length == 2 && body[0] != WARNING) {
        return new Answer(false, "refused, alert " + (body[1] & 0xFF));
      }
    }
    return new Answer(false, "it only warns");
  }

  private static Answer version(byte[] body) throws IOException {
    if (body.length < HELLO_BEGIN || body[0] != SERVER_HELLO) {
      throw new IOException("its answer is no greeting of TLS");
    }
    int number = (body[HELLO_BEGIN - 2] & 0xFF) << Byte.SIZE | (body[HELLO_BEGIN - 1] & 0xFF);
    return new Answer(
        true, TlsVersion.of(number).map(TlsVersion::word).orElse("version %04x".formatted(number)));
  }

  private static byte[] record(byte[] hello) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeByte(CLIENT_HELLO);
    out.writeByte(0);
    out.write(sized(hello));
    byte[] message = bytes.toByteArray();
    bytes.reset();
    out.writeByte(HANDSHAKE);
    // The version that each server takes in the outermost layer (RFC 5246, E.1).
    out.writeShort(TlsVersion.TLS_1_0.number());
    out.write(sized(message));
    return bytes.toByteArray();
  }

  private static byte[] hello(String name, TlsVersion newest) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeShort(newest.number());
    // No secret is ever made of it, so it need not be random; and the same question is the same.
    out.write(new byte[RANDOM_BYTES]);
    out.writeByte(0);
    out.write(numbers(SUITES));
    out.write(new byte[] {1, 0});
    out.write(sized(extensions(name)));
    return bytes.toByteArray();
  }

  /** The name, curves, forms of points and signatures (RFC 6066, RFC 8422, RFC 5246). */
  private static byte[] extensions(String name) throws IOException {
    var asked = new ByteArrayOutputStream();
    asked.write(0);
    asked.write(sized(name.getBytes(StandardCharsets.US_ASCII)));
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeShort(0);
    out.write(sized(sized(asked.toByteArray())));
    out.writeShort(10);
    out.write(sized(numbers(GROUPS)));
    out.writeShort(11);
    out.write(sized(new byte[] {1, 0}));
    out.writeShort(13);
    out.write(sized(numbers(SIGNATURES)));
    return bytes.toByteArray();
  }

  private static byte[] numbers(int[] numbers) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    for (int each : numbers) {
      out.writeShort(each);
    }
    return sized(bytes.toByteArray());
  }

  /** The bytes behind their number, in two bytes. */
  private static byte[] sized(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeShort(content.length);
    out.write(content);
    return bytes.toByteArray();
  }
}
