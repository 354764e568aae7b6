package dev.landfall.adapter.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The frames, byte by byte, against the RFCs that they are of. */
class FramesTest {
  private static final byte[] HARDWARE = HexFormat.of().parseHex("020000000a01");
  private static final byte[] OTHER = HexFormat.of().parseHex("020000000b02");
  private static final byte[] IPV4 = address("192.0.2.10");
  private static final byte[] IPV6 = address("2001:db8::10");

  private static byte[] address(String text) {
    return InetAddress.ofLiteral(text).getAddress();
  }

  private static String hex(byte[] frame) {
    return HexFormat.of().formatHex(frame);
  }

  @Test
  void anAnnouncementIsARequestOfOnesOwnAddressToEverybody() {
    assertThat(hex(Frames.announcement(HARDWARE, IPV4)))
        .isEqualTo(
            "ffffffffffff"
                + "020000000a01"
                + "0806"
                + "0001"
                + "0800"
                + "06"
                + "04"
                + "0001"
                + "020000000a01"
                + "c000020a"
                + "000000000000"
                + "c000020a");
  }

  @Test
  void anUnaskedAnswerIsTheSameForThoseWhoBelieveOnlyAnswers() {
    assertThat(hex(Frames.unaskedAnswer(HARDWARE, IPV4)))
        .contains("06040002020000000a01c000020affffffffffffc000020a");
  }

  @Test
  void aProbeClaimsNothing() {
    byte[] probe = Frames.probe(HARDWARE, IPV4);
    assertThat(hex(probe)).endsWith("020000000a01" + "00000000" + "000000000000" + "c000020a");
    assertThat(Frames.claimant(probe, OTHER, IPV4)).isEmpty();
  }

  @Test
  void whoeverSaysToHaveTheAddressIsNamedAndNobodyElse() {
    byte[] claims = Frames.unaskedAnswer(OTHER, IPV4);
    assertThat(Frames.claimant(claims, HARDWARE, IPV4)).contains("02:00:00:00:0b:02");
    assertThat(Frames.claimant(claims, OTHER, IPV4)).as("one's own frames").isEmpty();
    assertThat(Frames.claimant(claims, HARDWARE, address("192.0.2.11"))).isEmpty();
    assertThat(Frames.claimant(new byte[20], HARDWARE, IPV4)).isEmpty();
  }

  /** As whoever wants an address asks before it takes it; the checksum was computed apart. */
  @Test
  void aSolicitationClaimsNothingAndGoesToWhomeverHasSuchAnAddress() {
    byte[] asks = Frames.solicitation(HARDWARE, IPV6);
    assertThat(hex(asks))
        .isEqualTo(
            "3333ff000010"
                + "020000000a01"
                + "86dd"
                + "60000000"
                + "0018"
                + "3a"
                + "ff"
                + "00000000000000000000000000000000"
                + "ff0200000000000000000001ff000010"
                + "8700"
                + "4ccf"
                + "00000000"
                + "20010db8000000000000000000000010");
    assertThat(Frames.claimant(asks, OTHER, IPV6)).isEmpty();
  }

  @Test
  void whoeverAdvertisesAnIpv6AddressIsNamedAndNobodyElse() {
    byte[] claims = Frames.advertisement(OTHER, IPV6);
    assertThat(Frames.claimant(claims, HARDWARE, IPV6)).contains("02:00:00:00:0b:02");
    assertThat(Frames.claimant(claims, OTHER, IPV6)).as("one's own frames").isEmpty();
    assertThat(Frames.claimant(claims, HARDWARE, address("2001:db8::11"))).isEmpty();
    assertThat(Frames.claimant(new byte[70], HARDWARE, IPV6)).isEmpty();
    assertThat(Frames.claimant(Frames.probe(OTHER, IPV4), HARDWARE, IPV6)).isEmpty();
  }

  /** As Wireshark shows such a frame; the checksum was computed apart from this code. */
  @Test
  void anAdvertisementOverridesWhatAllNodesKnew() {
    assertThat(hex(Frames.advertisement(HARDWARE, IPV6)))
        .isEqualTo(
            "333300000001"
                + "020000000a01"
                + "86dd"
                + "60000000"
                + "0020"
                + "3a"
                + "ff"
                + "20010db8000000000000000000000010"
                + "ff020000000000000000000000000001"
                + "8800"
                + "ef0c"
                + "20000000"
                + "20010db8000000000000000000000010"
                + "0201020000000a01");
  }
}
