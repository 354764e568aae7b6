package dev.landfall.adapter.pgbouncer;

import dev.landfall.workload.Side;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the servers of both sides answer as PostgreSQL does, asked once a second: each answers a
 * request for TLS by one letter before anybody signs in (PostgreSQL's manual, <i>Message Flow</i>,
 * SSL Session Encryption).
 */
final class ServerHealth {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int PATIENCE_MILLIS = 2_000;
  private static final int REQUEST_BYTES = 8;
  private static final int REQUEST_CODE = 80_877_103;

  /** The last answer of one, and when it was asked for the next. */
  private record Seen(String url, Optional<Boolean> healthy, long askedNanos) {}

  private final Map<Side, Seen> seen = new ConcurrentHashMap<>();

  /** What is known; absent when it was not asked yet. Asks again when that is old. */
  Optional<Boolean> of(Side side, String url) {
    Seen known =
        seen.compute(
            side,
            (_, before) -> {
              boolean same = before != null && before.url().equals(url);
              if (same && System.nanoTime() - before.askedNanos() < EVERY.toNanos()) {
                return before;
              }
              Thread.startVirtualThread(() -> ask(side, url));
              return new Seen(url, same ? before.healthy() : Optional.empty(), System.nanoTime());
            });
    return known.healthy();
  }

  private void ask(Side side, String url) {
    boolean healthy = answers(Place.parse(url));
    seen.computeIfPresent(
        side,
        (_, before) ->
            before.url().equals(url)
                ? new Seen(url, Optional.of(healthy), before.askedNanos())
                : before);
  }

  private static boolean answers(Place place) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(place.host(), place.port()), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket
          .getOutputStream()
          .write(ByteBuffer.allocate(8).putInt(REQUEST_BYTES).putInt(REQUEST_CODE).array());
      int answer = socket.getInputStream().read();
      return answer == 'S' || answer == 'N';
    } catch (IOException _) {
      // Whatever was in the way, nobody can be led there: that is the whole question.
      return false;
    }
  }
}
