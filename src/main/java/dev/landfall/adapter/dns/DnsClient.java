package dev.landfall.adapter.dns;

import dev.landfall.problem.OutsideException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/** Asks DNS servers directly: no cache, no search list, no settings of this machine. */
final class DnsClient {
  private static final Duration DATAGRAM = Duration.ofSeconds(1);
  private static final int DATAGRAM_TRIES = 2;
  private static final Duration STREAM = Duration.ofSeconds(3);

  /** What fits into a datagram on every way; the DNS flag day of 2020 settled on it. */
  private static final int DATAGRAM_BYTES = 1232;

  /**
   * Asks one question: by datagram twice, and then over TCP, as where the answer was cut short.
   *
   * @param recursive whether the server is to ask others when it does not know
   * @throws OutsideException when it does not answer within about 5 seconds
   */
  Message ask(NameServer server, Name name, int type, boolean recursive) {
    OutsideException last = null;
    for (int attempt = 0; attempt <= DATAGRAM_TRIES; attempt++) {
      boolean stream = attempt == DATAGRAM_TRIES;
      Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
      if (!recursive) {
        query.getHeader().unsetFlag(Flags.RD);
      }
      String object = "%s for the %s records of %s".formatted(server, Type.string(type), name);
      try {
        return exchange(server, query, stream, null, "ask " + object);
      } catch (OutsideException e) {
        last = e;
      }
    }
    throw java.util.Objects.requireNonNull(last, "at least one attempt is made");
  }

  /**
   * Sends a signed message over TCP, once: an update that is sent again could meet its own effect.
   *
   * @return the answer, whatever it says and whether it is signed or not
   * @throws OutsideException when no answer comes; the message may have taken effect all the same
   */
  Message send(NameServer server, Message message, TSIG key, String doing) {
    return exchange(server, message, true, key, doing);
  }

  private static Message exchange(
      NameServer server, Message message, boolean stream, @Nullable TSIG key, String doing) {
    var resolver = new SimpleResolver(server.address());
    resolver.setTCP(stream);
    resolver.setEDNS(0, DATAGRAM_BYTES, 0, java.util.List.of());
    Duration patience = stream ? STREAM : DATAGRAM;
    resolver.setTimeout(patience);
    if (key != null) {
      resolver.setTSIGKey(key);
    }
    CompletableFuture<Message> answer = resolver.sendAsync(message).toCompletableFuture();
    try {
      // An answer by datagram may be cut short, and then TCP is tried within the same call.
      return answer.get(patience.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unreachable(doing, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw unreachable(doing, e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw unreachable(doing, e);
    }
  }

  private static OutsideException unreachable(String doing, Throwable cause) {
    String seen =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new OutsideException(
        DnsProblem.UNREACHABLE,
        "cannot %s: no answer (%s); is it running, and is port 53 open for UDP and TCP?"
            .formatted(doing, seen),
        cause);
  }
}
