package dev.landfall.adapter.postgres;

import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A TCP relay in front of a server, so that what PostgreSQL sends by itself, which knows no limit,
 * goes through a {@link BandwidthCap} and can be cut.
 *
 * <p>It understands nothing of what it carries: TLS from end to end passes through, and the
 * server's certificate is checked against the real name ({@code host} stays, {@code hostaddr} and
 * {@code port} lead here). It holds one small buffer a direction; when the cap or the receiver is
 * slow, TCP itself slows the sender.
 */
final class Relay implements AutoCloseable {
  private static final int READ_BYTES_MAX = 16 * 1024;
  private static final int SOCKET_BUFFER_BYTES = 64 * 1024;
  private static final int CONNECT_MILLIS_MAX = 10_000;

  private final ServerSocketChannel listener;
  private final String host;
  private final int port;
  private final BandwidthCap cap;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final LongAdder forwarded = new LongAdder();
  private volatile boolean cut;
  private volatile boolean closed;

  private Relay(ServerSocketChannel listener, String host, int port, BandwidthCap cap) {
    this.listener = listener;
    this.host = host;
    this.port = port;
    this.cap = cap;
  }

  /**
   * Listens and forwards until closed.
   *
   * @param bind where the peer's server reaches this process; port 0 takes any free one
   * @param host the server behind it, looked up anew for each connection
   * @throws OutsideException when the address cannot be listened on
   */
  static Relay start(InetSocketAddress bind, String host, int port, BandwidthCap cap) {
    try {
      var listener = ServerSocketChannel.open();
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      listener.bind(bind);
      var relay = new Relay(listener, host, port, cap);
      Thread.ofVirtual().name("relay " + host + ":" + port).start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new OutsideException(
          PostgresProblem.LINK,
          "cannot listen on " + bind + " for the relay: " + e.getMessage() + "; is it taken?",
          e);
    }
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return new InetSocketAddress(
        ((InetSocketAddress) listener.socket().getLocalSocketAddress()).getAddress(),
        listener.socket().getLocalPort());
  }

  /** The same connection string, led through this relay: libpq takes the last of a key given. */
  String lead(String conninfo) {
    return conninfo
        + " hostaddr='"
        + address().getAddress().getHostAddress()
        + "' port='"
        + address().getPort()
        + "'";
  }

  /** Bytes forwarded since the start, both directions together. */
  long forwardedBytes() {
    return forwarded.sum();
  }

  /** Connections open now. */
  int connections() {
    return open.size() / 2;
  }

  /** Ends every connection and lets none in until {@link #mend}. */
  void cut() {
    cut = true;
    open.forEach(Relay::end);
  }

  /** Lets connections in again. */
  void mend() {
    cut = false;
  }

  @Override
  public void close() {
    closed = true;
    cut();
    try {
      listener.close();
    } catch (IOException e) {
      throw new OutsideException(PostgresProblem.LINK, "cannot close the relay: " + e, e);
    }
  }

  private void accept() {
    while (!closed) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().name("relay connection").start(() -> serve(client));
      } catch (IOException e) {
        // Closed, or a connection that ended before it was taken; the peer sees it and retries.
        if (!listener.isOpen()) {
          return;
        }
      }
    }
  }

  private void serve(SocketChannel client) {
    SocketChannel server = null;
    open.add(client);
    try {
      server = SocketChannel.open();
      open.add(server);
      server.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      server.socket().connect(new InetSocketAddress(host, port), CONNECT_MILLIS_MAX);
      for (SocketChannel each : new SocketChannel[] {client, server}) {
        each.setOption(StandardSocketOptions.TCP_NODELAY, true);
        each.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        each.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      }
      if (!cut) {
        var upstream = server;
        var back = Thread.ofVirtual().start(() -> forward(upstream, client));
        forward(client, server);
        back.join();
      }
    } catch (IOException e) {
      // The server behind cannot be reached: the peer sees its connection end, and says so itself.
      end(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      forget(client);
      if (server != null) {
        forget(server);
      }
    }
  }

  /** Carries one direction to its end; an end that is no error is passed on as a half-close. */
  private void forward(SocketChannel from, SocketChannel to) {
    var buffer = ByteBuffer.allocateDirect(READ_BYTES_MAX);
    try {
      while (true) {
        buffer.clear().limit(Math.min(READ_BYTES_MAX, cap.grain()));
        int read = from.read(buffer);
        if (read < 0) {
          to.shutdownOutput();
          return;
        }
        cap.take(read);
        forwarded.add(read);
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
    } catch (IOException e) {
      // One side is gone; the other must see it too.
      end(from);
      end(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(from);
      end(to);
    }
  }

  private void forget(SocketChannel channel) {
    end(channel);
    open.remove(channel);
  }

  private static void end(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(Relay.class.getName())
          .log(System.Logger.Level.DEBUG, "a connection did not close cleanly", e);
    }
  }
}
