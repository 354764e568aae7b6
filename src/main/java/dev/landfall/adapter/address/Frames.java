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
  private static final int ETHERNET_HEADER = 14;
  private static final int ARP_FRAME = ETHERNET_HEADER + 28;
  private static final int SENDER_AT = ETHERNET_HEADER + 8;
  private static final int SENDER_ADDRESS_AT = SENDER_AT + HARDWARE_BYTES;

  private static final int ICMPV6 = 58;
  private static final int NEIGHBOR_ADVERTISEMENT = 136;
  private static final int OVERRIDE = 0x20000000;
  private static final int TARGET_LINK_LAYER_ADDRESS = 2;
  private static final int ADVERTISEMENT_BYTES = 32;
  private static final int IPV6_HEADER = 40;
  private static final int CHECKSUM_AT = ETHERNET_HEADER + IPV6_HEADER + 2;

  private static final byte[] EVERYBODY = filled(HARDWARE_BYTES, 0xff);
  private static final byte[] NOBODY = filled(HARDWARE_BYTES, 0);
  private static final byte[] ALL_NODES_HARDWARE = {0x33, 0x33, 0, 0, 0, 1};

  /** ff02::1 (RFC 4291, 2.7.1). */
  private static final byte[] ALL_NODES = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
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
   * Who says in an ARP frame that it has an IPv4 address, or wants it at this moment.
   *
   * @param own the hardware address of whoever asks, whose own frames say nothing
   */
  static Optional<String> claimant(byte[] frame, byte[] own, byte[] address) {
    if (frame.length < ARP_FRAME
        || (ByteBuffer.wrap(frame).getShort(ETHERNET_HEADER - 2) & 0xffff) != ARP) {
      return Optional.empty();
    }
    byte[] sender = Arrays.copyOfRange(frame, SENDER_AT, SENDER_ADDRESS_AT);
    byte[] says = Arrays.copyOfRange(frame, SENDER_ADDRESS_AT, SENDER_ADDRESS_AT + address.length);
    return Arrays.equals(says, address) && !Arrays.equals(sender, own)
        ? Optional.of(text(sender))
        : Optional.empty();
  }

  /** That an IPv6 address is here, to all nodes, in place of what they knew (RFC 4861, 7.2.6). */
  static byte[] advertisement(byte[] hardware, byte[] address) {
    ByteBuffer frame =
        ByteBuffer.allocate(ETHERNET_HEADER + IPV6_HEADER + ADVERTISEMENT_BYTES)
            .put(ALL_NODES_HARDWARE)
            .put(hardware)
            .putShort((short) IPV6)
            .putInt(6 << 28)
            .putShort((short) ADVERTISEMENT_BYTES)
            .put((byte) ICMPV6)
            // Whoever gets it with another hop limit than this must not believe it.
            .put((byte) 255)
            .put(address)
            .put(ALL_NODES)
            .put((byte) NEIGHBOR_ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(OVERRIDE)
            .put(address)
            .put((byte) TARGET_LINK_LAYER_ADDRESS)
            .put((byte) 1)
            .put(hardware);
    frame.putShort(CHECKSUM_AT, checksum(frame.array(), address));
    return frame.array();
  }

  /** Over the pseudo header and the message (RFC 4443, 2.3; RFC 8200, 8.1). */
  private static short checksum(byte[] frame, byte[] source) {
    ByteBuffer summed =
        ByteBuffer.allocate(IPV6_HEADER + ADVERTISEMENT_BYTES)
            .put(source)
            .put(ALL_NODES)
            .putInt(ADVERTISEMENT_BYTES)
            .putInt(ICMPV6)
            .put(frame, ETHERNET_HEADER + IPV6_HEADER, ADVERTISEMENT_BYTES)
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
