package dev.landfall.adapter.dns;

import dev.landfall.Ports;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to a primary, which loses the answer of one update after the primary has taken it, and
 * then everything until it is mended.
 */
final class LossyPrimary implements AutoCloseable {
  private static final int BYTES_MAX = 65_535;
  private static final int OPCODE_UPDATE = 5;

  private final InetSocketAddress behind;
  private final ServerSocket streams;
  private final DatagramSocket datagrams;
  private volatile boolean armed;
  private volatile boolean cut;
  private final AtomicInteger lost = new AtomicInteger();

  LossyPrimary(NameServer behind) throws IOException {
    this.behind = behind.address();
    int port = Ports.free();
    InetAddress here = InetAddress.getLoopbackAddress();
    streams = new ServerSocket(port, 50, here);
    datagrams = new DatagramSocket(port, here);
    Thread.ofVirtual().start(this::carryStreams);
    Thread.ofVirtual().start(this::carryDatagrams);
  }

  int port() {
    return streams.getLocalPort();
  }

  /** The next update is the last that gets through, and nobody hears of it. */
  void loseTheNextUpdate() {
    armed = true;
  }

  boolean isCut() {
    return cut;
  }

  void mend() {
    cut = false;
  }

  private void carryStreams() {
    while (!streams.isClosed()) {
      try {
        Socket user = streams.accept();
        Thread.ofVirtual().start(() -> carry(user));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void carry(Socket user) {
    try (user;
        var server = new Socket(behind.getAddress(), behind.getPort())) {
      if (cut) {
        return;
      }
      byte[] question = message(user);
      boolean update = ((question[2] >> 3) & 0xf) == OPCODE_UPDATE;
      send(server, question);
      byte[] answer = message(server);
      if (update && armed) {
        armed = false;
        cut = true;
        return;
      }
      send(user, answer);
    } catch (IOException e) {
      // To its user this is what it is: a connection that was broken off.
      lost.incrementAndGet();
    }
  }

  private static byte[] message(Socket from) throws IOException {
    var in = new DataInputStream(from.getInputStream());
    byte[] message = new byte[in.readUnsignedShort()];
    in.readFully(message);
    return message;
  }

  private static void send(Socket to, byte[] message) throws IOException {
    var out = new DataOutputStream(to.getOutputStream());
    out.writeShort(message.length);
    out.write(message);
    out.flush();
  }

  private void carryDatagrams() {
    while (!datagrams.isClosed()) {
      try (var server = new DatagramSocket()) {
        var question = new DatagramPacket(new byte[BYTES_MAX], BYTES_MAX);
        datagrams.receive(question);
        if (cut) {
          continue;
        }
        server.setSoTimeout(500);
        byte[] asked = Arrays.copyOf(question.getData(), question.getLength());
        server.send(new DatagramPacket(asked, asked.length, behind));
        var answer = new DatagramPacket(new byte[BYTES_MAX], BYTES_MAX);
        server.receive(answer);
        answer.setSocketAddress(question.getSocketAddress());
        datagrams.send(answer);
      } catch (IOException e) {
        // Closed, or the server does not answer: then the user asks again.
        lost.incrementAndGet();
      }
    }
  }

  @Override
  public void close() throws IOException {
    streams.close();
    datagrams.close();
  }
}
