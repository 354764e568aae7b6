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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The first message of a client that knows only an old version of TLS (RFC 5246, 7.4.1.2), and what
 * the server says to it. Java has those versions switched off for the whole process, so its own
 * client cannot ask; nothing but this one message is ever sent in them.
 *
 * <p>A server may take a version of one client and refuse it to another, who has other suites,
 * sends no extensions or names nobody. So each version is asked for in several ways, and it counts
 * as refused only where each of them was, in so many words or by a closed connection.
 */
final class OldHello {
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int WARNING = 1;
  private static final int ALERT_BYTES = 2;
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_HELLO = 2;
  private static final int RECORDS_MAX = 4;
  private static final int RANDOM_BYTES = 32;

  /** A type byte, a length of three and a version of two. */
  private static final int HELLO_BEGIN = 6;

  /**
   * What any server of the last twenty years may have, so that none refuses for want of a common
   * one: RSA, DHE and ECDHE with AES-GCM, ChaCha20, AES-CBC and 3DES, and the sign of RFC 5746.
   */
  private static final List<Integer> USUAL_SUITES =
      List.of(
          0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E, 0x009F, 0x009C, 0x009D, 0xC009,
          0xC013, 0xC00A, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0xC008, 0xC012, 0x0016, 0x000A,
          0x00FF);

  /** Keys by RSA or DHE alone, as clients had them before there were curves; RC4 as well. */
  private static final List<Integer> CURVELESS_SUITES =
      List.of(
          0x002F, 0x0035, 0x000A, 0x0005, 0x0004, 0x0033, 0x0039, 0x0016, 0x003C, 0x003D, 0x009C,
          0x009D, 0x00FF);

  /** Keys by ECDHE alone, signed by ECDSA or RSA, with AES-CBC first, which every version has. */
  private static final List<Integer> CURVED_SUITES =
      List.of(
          0xC009, 0xC013, 0xC00A, 0xC014, 0xC008, 0xC012, 0xC007, 0xC011, 0xC023, 0xC027, 0xC02B,
          0xC02F, 0xC02C, 0xC030, 0x00FF);

  private static final List<Integer> GROUPS = List.of(0x001D, 0x0017, 0x0018, 0x0019);
  private static final List<Integer> SIGNATURES =
      List.of(
          0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201);

  /**
   * A way of asking.
   *
   * @param words what it is, for the evidence
   * @param named whether the server is told the name (SNI)
   * @param extended whether curves and signatures are told
   */
  private record Way(String words, boolean named, List<Integer> suites, boolean extended) {}

  /** Any two of name, suites and extensions come together in one of them. */
  private static final List<Way> WAYS =
      List.of(
          new Way("as browsers ask", true, USUAL_SUITES, true),
          new Way("with keys by RSA and the name alone", true, CURVELESS_SUITES, false),
          new Way("with keys by RSA and no name", false, CURVELESS_SUITES, true),
          new Way("with keys by ECDHE and no extensions", false, CURVED_SUITES, false));

  private OldHello() {}

  /** What a server says to a version. */
  sealed interface Answer {
    /** For the evidence. */
    String words();

    /**
     * It agrees to go on.
     *
     * @param version in which; may be older than what was asked for
     */
    record Taken(String version, String words) implements Answer {}

    /** It refuses, whichever way it is asked. */
    record Refused(String words) implements Answer {}

    /** What it would do cannot be seen: it says nothing, or nothing that can be understood. */
    record Unseen(String words) implements Answer {}
  }

  /**
   * Asks a server for a version, in one way after the other until it agrees, or one of them shows
   * nothing: whoever is silent once is not waited for again.
   *
   * @param millis how long each connection, and again each part of the answer, may take
   * @throws IOException when it cannot be reached
   */
  static Answer ask(InetSocketAddress server, String name, TlsVersion version, int millis)
      throws IOException {
    var refusals = new LinkedHashMap<String, String>();
    for (Way way : WAYS) {
      switch (ask(server, hello(way, name, version), version, millis)) {
        case Answer.Taken(String taken, String words) -> {
          return new Answer.Taken(taken, words + ", asked " + way.words());
        }
        case Answer.Unseen(String words) -> {
          return new Answer.Unseen(words + ", asked " + way.words());
        }
        case Answer.Refused(String words) ->
            refusals.merge(words, way.words(), (before, more) -> before + " or " + more);
      }
    }
    return new Answer.Refused(
        refusals.size() == 1
            ? refusals.keySet().iterator().next()
            : refusals.entrySet().stream()
                .map(each -> each.getKey() + ", asked " + each.getValue())
                .collect(Collectors.joining("; ")));
  }

  private static Answer ask(InetSocketAddress server, byte[] hello, TlsVersion version, int millis)
      throws IOException {
    try (var socket = new Socket()) {
      socket.connect(server, millis);
      socket.setSoTimeout(millis);
      try {
        socket.getOutputStream().write(record(hello, version));
        return answer(new DataInputStream(socket.getInputStream()), version);
      } catch (EOFException | SocketException e) {
        return new Answer.Refused("it closes the connection");
      } catch (SocketTimeoutException e) {
        return new Answer.Unseen("it says nothing");
      }
    }
  }

  /** Reads no more than is needed, however much is announced. */
  private static Answer answer(DataInputStream in, TlsVersion asked) throws IOException {
    for (int number = 0; number < RECORDS_MAX; number++) {
      int type = in.readUnsignedByte();
      in.readUnsignedShort();
      int length = in.readUnsignedShort();
      if (type == HANDSHAKE && length >= HELLO_BEGIN) {
        return greeting(in.readNBytes(HELLO_BEGIN), asked);
      }
      if (type != ALERT || length != ALERT_BYTES) {
        return new Answer.Unseen("its answer is none of TLS");
      }
      // Before it goes on, a server may warn that it does not know the name (RFC 6066, 3).
      int level = in.readUnsignedByte();
      int alert = in.readUnsignedByte();
      if (level != WARNING) {
        return new Answer.Refused("refused, alert " + alert);
      }
    }
    return new Answer.Unseen("it only warns");
  }

  private static Answer greeting(byte[] begin, TlsVersion asked) throws IOException {
    if (begin.length < HELLO_BEGIN) {
      throw new EOFException("it ended within its answer");
    }
    if (begin[0] != SERVER_HELLO) {
      return new Answer.Unseen("its answer is no greeting of TLS");
    }
    int number = (begin[HELLO_BEGIN - 2] & 0xFF) << Byte.SIZE | (begin[HELLO_BEGIN - 1] & 0xFF);
    String version =
        TlsVersion.of(number).map(TlsVersion::word).orElse("version %04x".formatted(number));
    return number > asked.number()
        ? new Answer.Unseen("it answers with %s, which it was not asked for".formatted(version))
        : new Answer.Taken(version, version);
  }

  private static byte[] record(byte[] hello, TlsVersion version) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeByte(CLIENT_HELLO);
    out.writeByte(0);
    out.write(sized(hello));
    byte[] message = bytes.toByteArray();
    bytes.reset();
    out.writeByte(HANDSHAKE);
    // The version that each server takes in the outermost layer (RFC 5246, E.1).
    out.writeShort(Math.min(version.number(), TlsVersion.TLS_1_0.number()));
    out.write(sized(message));
    return bytes.toByteArray();
  }

  private static byte[] hello(Way way, String name, TlsVersion version) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeShort(version.number());
    // No secret is ever made of it, so it need not be random; and the same question is the same.
    out.write(new byte[RANDOM_BYTES]);
    out.writeByte(0);
    out.write(numbers(way.suites()));
    out.write(new byte[] {1, 0});
    byte[] extensions = extensions(way, name);
    if (extensions.length > 0) {
      out.write(sized(extensions));
    }
    return bytes.toByteArray();
  }

  /** The name; and curves, forms of points and signatures (RFC 6066, RFC 8422, RFC 5246). */
  private static byte[] extensions(Way way, String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    if (way.named()) {
      var asked = new ByteArrayOutputStream();
      asked.write(0);
      asked.write(sized(name.getBytes(StandardCharsets.US_ASCII)));
      out.writeShort(0);
      out.write(sized(sized(asked.toByteArray())));
    }
    if (way.extended()) {
      out.writeShort(10);
      out.write(sized(numbers(GROUPS)));
      out.writeShort(11);
      out.write(sized(new byte[] {1, 0}));
      out.writeShort(13);
      out.write(sized(numbers(SIGNATURES)));
    }
    return bytes.toByteArray();
  }

  private static byte[] numbers(List<Integer> numbers) throws IOException {
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
