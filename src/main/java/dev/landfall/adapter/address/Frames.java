package dev.landfall.adapter.address;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** What a host says on its network about an address: whole Ethernet frames. */
final class Frames {
  static final int ARP = 0x0806;
  static final int IPV6 = 0x86DD;

  private static final int HARDWARE_BYTES = 6;
  private static final int ARP_REQUEST = 1;
  private static final int ARP_REPLY = 2;
  private static final int IPV4_BYTES = 4;
  private static final int ETHERNET_HEADER = 14;
  private static final int ARP_FRAME = ETHERNET_HEADER + 28;
  private static final int SENDER_AT = ETHERNET_HEADER + 8;
  private static final int SENDER_ADDRESS_AT = SENDER_AT + HARDWARE_BYTES;

  private static final int ICMPV6 = 58;
  private static final int NEIGHBOR_SOLICITATION = 135;
  private static final int NEIGHBOR_ADVERTISEMENT = 136;
  private static final int OVERRIDE = 0x20000000;
  private static final int TARGET_LINK_LAYER_ADDRESS = 2;
  private static final int SOLICITATION_BYTES = 24;
  private static final int ADVERTISEMENT_BYTES = 32;
  private static final int IPV6_HEADER = 40;
  private static final int NEXT_HEADER_AT = ETHERNET_HEADER + 6;
  private static final int ICMPV6_AT = ETHERNET_HEADER + IPV6_HEADER;
  private static final int NEIGHBOR_AT = ICMPV6_AT + 8;
  private static final int CHECKSUM_AT = ICMPV6_AT + 2;

  private static final byte[] EVERYBODY = filled(HARDWARE_BYTES, 0xff);
  private static final byte[] NOBODY = filled(HARDWARE_BYTES, 0);
  private static final byte[] ALL_NODES_HARDWARE = {0x33, 0x33, 0, 0, 0, 1};

  /** ff02::1 (RFC 4291, 2.7.1). */
  private static final byte[] ALL_NODES = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
  };

  /** ff02::1:ff00:0, whose last three bytes are those of the address (RFC 4291, 2.7.1). */
  private static final byte[] SOLICITED_NODE = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xff, 0, 0, 0
  };

  private Frames() {}

  /** That an IPv4 address is here, as a request of itself (RFC 5227, 2.3). */
  static byte[] announcement(byte[] hardware, byte[] address) {
    return arp(ARP_REQUEST, hardware, address, NOBODY, address);
  }

  /** The same as an answer that nobody asked for: some devices believe only these. */
  static byte[] unaskedAnswer(byte[] hardware, byte[] address) {
    return arp(ARP_REPLY, hardware, address, EVERYBODY, address);
  }

  /** Asks whether anybody has an IPv4 address, without claiming it (RFC 5227, 2.1.1). */
  static byte[] probe(byte[] hardware, byte[] address) {
    return arp(ARP_REQUEST, hardware, new byte[address.length], NOBODY, address);
  }

  private static byte[] arp(
      int operation, byte[] sender, byte[] senderAddress, byte[] target, byte[] targetAddress) {
    return ByteBuffer.allocate(ARP_FRAME)
        .put(EVERYBODY)
        .put(sender)
        .putShort((short) ARP)
        .putShort((short) 1)
        .putShort((short) 0x0800)
        .put((byte) HARDWARE_BYTES)
        .put((byte) senderAddress.length)
        .putShort((short) operation)
        .put(sender)
        .put(senderAddress)
        .put(target)
        .put(targetAddress)
        .array();
  }

  /**
   * Who says in a frame that it has an address, or wants an IPv4 one at this moment.
   *
   * @param own the hardware address of whoever asks, whose own frames say nothing
   */
  static Optional<String> claimant(byte[] frame, byte[] own, byte[] address) {
    return (address.length == IPV4_BYTES ? resolver(frame, address) : neighbor(frame, address))
        .filter(sender -> !Arrays.equals(sender, own))
        .map(Frames::text);
  }

  /** Who says so in an ARP frame. */
  private static Optional<byte[]> resolver(byte[] frame, byte[] address) {
    boolean says =
        frame.length >= ARP_FRAME
            && type(frame) == ARP
            && Arrays.equals(part(frame, SENDER_ADDRESS_AT, address.length), address);
    return says ? Optional.of(part(frame, SENDER_AT, HARDWARE_BYTES)) : Optional.empty();
  }

  /** Who says so in a neighbor advertisement. */
  private static Optional<byte[]> neighbor(byte[] frame, byte[] address) {
    boolean says =
        frame.length >= NEIGHBOR_AT + address.length
            && type(frame) == IPV6
            && frame[NEXT_HEADER_AT] == ICMPV6
            && (frame[ICMPV6_AT] & 0xff) == NEIGHBOR_ADVERTISEMENT
            && Arrays.equals(part(frame, NEIGHBOR_AT, address.length), address);
    return says ? Optional.of(part(frame, HARDWARE_BYTES, HARDWARE_BYTES)) : Optional.empty();
  }

  private static int type(byte[] frame) {
    return ByteBuffer.wrap(frame).getShort(ETHERNET_HEADER - 2) & 0xffff;
  }

  private static byte[] part(byte[] frame, int from, int length) {
    return Arrays.copyOfRange(frame, from, from + length);
  }

  /**
   * Asks whether anybody has an IPv6 address, without claiming it, as whoever wants it does (RFC
   * 4862, 5.4.2).
   */
  static byte[] solicitation(byte[] hardware, byte[] address) {
    byte[] group = SOLICITED_NODE.clone();
    System.arraycopy(address, 13, group, 13, 3);
    byte[] nobody = new byte[address.length];
    ByteBuffer message =
        ByteBuffer.allocate(SOLICITATION_BYTES)
            .put((byte) NEIGHBOR_SOLICITATION)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(0)
            .put(address);
    byte[] all = {0x33, 0x33, (byte) 0xff, group[13], group[14], group[15]};
    return neighborDiscovery(all, hardware, nobody, group, message.array());
  }

  /** That an IPv6 address is here, to all nodes, in place of what they knew (RFC 4861, 7.2.6). */
  static byte[] advertisement(byte[] hardware, byte[] address) {
    ByteBuffer message =
        ByteBuffer.allocate(ADVERTISEMENT_BYTES)
            .put((byte) NEIGHBOR_ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(OVERRIDE)
            .put(address)
            .put((byte) TARGET_LINK_LAYER_ADDRESS)
            .put((byte) 1)
            .put(hardware);
    return neighborDiscovery(ALL_NODES_HARDWARE, hardware, address, ALL_NODES, message.array());
  }

  private static byte[] neighborDiscovery(
      byte[] to, byte[] hardware, byte[] source, byte[] destination, byte[] message) {
    return ByteBuffer.allocate(ICMPV6_AT + message.length)
        .put(to)
        .put(hardware)
        .putShort((short) IPV6)
        .putInt(6 << 28)
        .putShort((short) message.length)
        .put((byte) ICMPV6)
        // Whoever gets it with another hop limit than this must not believe it.
        .put((byte) 255)
        .put(source)
        .put(destination)
        .put(message)
        .putShort(CHECKSUM_AT, checksum(source, destination, message))
        .array();
  }

  /** Over the pseudo header and the message (RFC 4443, 2.3; RFC 8200, 8.1). */
  private static short checksum(byte[] source, byte[] destination, byte[] message) {
    ByteBuffer summed =
        ByteBuffer.allocate(source.length + destination.length + 8 + message.length)
            .put(source)
            .put(destination)
            .putInt(message.length)
            .putInt(ICMPV6)
            .put(message)
            .flip();
    int sum = 0;
    while (summed.hasRemaining()) {
      sum += summed.getShort() & 0xffff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }

  private static String text(byte[] hardware) {
    var text = new StringBuilder();
    for (byte each : hardware) {
      text.append(text.isEmpty() ? "" : ":").append(String.format("%02x", each & 0xff));
    }
    return text.toString();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
