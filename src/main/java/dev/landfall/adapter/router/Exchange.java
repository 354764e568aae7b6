package dev.landfall.adapter.router;

import dev.landfall.workload.Side;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Context;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One request of a user, from its header to the end of its answer. Lives on one event loop. */
final class Exchange implements Runnable {
  /** A service that is being restarted refuses connections for moments only. */
  private static final long RETRY_AFTER_MILLIS = 50;

  private static final String CLOSE = "close";

  /**
   * What all requests of one event loop share.
   *
   * @param closing the users' connections that close after the answer under way; what else was sent
   *     on them is not read as a request
   */
  record Lane(
      Context context,
      HttpClient client,
      Gate gate,
      Map<Side, SideMeter> meters,
      Counts counts,
      RouterOptions.Limits limits,
      AnswerWatch watch,
      Tunnels tunnels,
      Set<HttpConnection> closing) {}

  private final Lane lane;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final boolean body;
  private final Askers askers;

  private Gate.@Nullable Waiter waiter;
  private Gate.@Nullable Passage passage;
  private @Nullable HttpClientRequest upstream;
  private long sentAtNanos;
  private boolean retried;
  private int attempt;
  private boolean bodyTouched;
  private boolean bodyEnded;
  private boolean tooLong;
  private boolean answering;
  private boolean closing;
  private boolean over;

  private Exchange(Lane lane, HttpServerRequest request) {
    this.lane = lane;
    this.request = request;
    this.response = request.response();
    this.body = Headers.announceBody(request);
    this.askers = new Askers(request, lane.limits().trustForwarded());
  }

  static void begin(Lane lane, HttpServerRequest request) {
    if (!lane.closing().contains(request.connection())) {
      new Exchange(lane, request).enter();
    }
  }

  private void enter() {
    // Nothing of the body is read before there is somebody to take it.
    request.pause();
    response.exceptionHandler(cause -> abandon());
    response.closeHandler(closed -> abandon());
    if (Headers.asksToClose(request)) {
      closeAfter();
    }
    Optional<Refusal> refusal = Refusal.of(request, lane.limits());
    if (refusal.isPresent()) {
      // Where a request that is not understood ends, nobody knows.
      closeAfter();
      answer(refusal.get().status(), refusal.get().words());
      return;
    }
    if (Headers.wantsTunnel(request) && lane.gate().isShared()) {
      lane.gate().countRefused();
      answer(503, Refusal.NO_TUNNEL);
      return;
    }
    HttpMethod method = request.method();
    boolean safe =
        method.equals(HttpMethod.GET)
            || method.equals(HttpMethod.HEAD)
            || method.equals(HttpMethod.OPTIONS);
    switch (lane.gate().enter(!safe, askers::asker, this::released)) {
      case Gate.Entry.Passes passes -> send(passes.passage());
      case Gate.Entry.Waits waits -> waiter = waits.waiter();
      case Gate.Entry.Full full -> {
        response.putHeader("Retry-After", seconds(full.holdLeft()));
        answer(503, "cannot hold the request: too many wait already; try again shortly");
      }
      case Gate.Entry.Unnamed unnamed -> answer(403, Refusal.UNNAMED);
      case Gate.Entry.NoOrder none -> {
        response.putHeader("Retry-After", "1");
        answer(503, "cannot route the request: no controller has given an order yet");
      }
    }
  }

  private static String seconds(Duration left) {
    return String.valueOf(Math.max(1, (left.toMillis() + 999) / 1000));
  }

  private void released(Gate.Passage granted) {
    lane.context()
        .runOnContext(now -> {
          waiter = null;
          if (over) {
            granted.done();
          } else {
            send(granted);
          }
        });
  }

  private void send(Gate.Passage granted) {
    passage = granted;
    connect(granted.upstream());
  }

  private void connect(Upstream to) {
    sentAtNanos = System.nanoTime();
    int mine = ++attempt;
    lane.client()
        .request(
            new RequestOptions()
                .setMethod(request.method())
                .setHost(to.host())
                .setPort(to.port())
                .setSsl(to.tls())
                .setConnectTimeout(lane.limits().answer().toMillis())
                .setURI(Refusal.pathOf(request)))
        .onComplete(result -> {
          if (result.succeeded()) {
            forward(to, result.result());
          } else {
            failed(to, mine, result.cause(), true);
          }
        });
  }

  private void forward(Upstream to, HttpClientRequest outbound) {
    if (over) {
      outbound.reset();
      return;
    }
    upstream = outbound;
    int mine = attempt;
    Headers.copyEndToEnd(request.headers(), outbound.headers());
    Headers.forwarded(request, outbound.headers(), lane.limits().trustForwarded());
    outbound.exceptionHandler(cause -> failed(to, mine, cause, false));
    if (Headers.wantsTunnel(request) && !body && !lane.gate().isShared()) {
      outbound.putHeader("Connection", "Upgrade");
      outbound.putHeader("Upgrade", request.getHeader("Upgrade"));
      outbound.connect().onComplete(result -> responded(to, mine, result.result(), result.cause()));
      watchAnswer();
      return;
    }
    outbound.response().onComplete(result -> responded(to, mine, result.result(), result.cause()));
    if (body) {
      forwardBody(outbound);
    } else {
      outbound.end();
      request.resume();
      bodyEnded = true;
      watchAnswer();
    }
  }

  private void forwardBody(HttpClientRequest outbound) {
    bodyTouched = true;
    if (!outbound.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      outbound.setChunked(true);
    }
    if (outbound.headers().contains("Expect", "100-continue", true)) {
      outbound.continueHandler(go -> response.writeContinue());
      outbound.sendHead();
    }
    long most = lane.limits().bodyBytesMax().orElse(Long.MAX_VALUE);
    new BodyPump(request, outbound, most)
        .start()
        .onComplete(result -> {
          bodyEnded = result.succeeded();
          if (result.succeeded()) {
            watchAnswer();
          } else if (result.cause() instanceof BodyPump.TooLongException tooMuch) {
            tooLong = true;
            outbound.reset();
            finish();
            answer(413, Refusal.tooLong(tooMuch.bytesMax()));
          }
        });
  }

  private void watchAnswer() {
    if (!answering && !over) {
      lane.watch().begin(this);
    }
  }

  /** The service has not answered in time. */
  @Override
  public void run() {
    HttpClientRequest late = upstream;
    if (passage != null) {
      long millis = lane.limits().answer().toMillis();
      // First the reason, or the reset itself would be taken for it.
      failed(
          passage.upstream(),
          attempt,
          new TimeoutException("no answer in " + millis + " ms"),
          false);
    }
    if (late != null) {
      late.reset();
    }
  }

  private void responded(
      Upstream to, int mine, @Nullable HttpClientResponse inbound, @Nullable Throwable cause) {
    if (inbound == null) {
      failed(to, mine, cause == null ? new IllegalStateException("no answer") : cause, false);
      return;
    }
    if (over || tooLong || mine != attempt) {
      return;
    }
    if (inbound.statusCode() == 101 && !lane.gate().opensTunnel()) {
      // Both sides accept writes since it was sent on.
      lane.watch().end(this);
      inbound.netSocket().close();
      answer(503, Refusal.NO_TUNNEL);
      finish();
      return;
    }
    answering = true;
    lane.watch().end(this);
    long took = System.nanoTime() - sentAtNanos;
    meter(to).answered(inbound.statusCode(), took);
    count((counts, passed) -> counts.answered(passed, inbound.statusCode(), took));
    response.setStatusCode(inbound.statusCode()).setStatusMessage(inbound.statusMessage());
    Headers.copyEndToEnd(inbound.headers(), response.headers());
    askers.cookieToSend().ifPresent(cookie -> Headers.addCookie(cookie, response.headers()));
    if (inbound.statusCode() == 101) {
      response.putHeader("Connection", "Upgrade");
      response.putHeader("Upgrade", inbound.headers().getAll("Upgrade"));
      finish();
      // From here on nobody tells that the connection has closed.
      lane.closing().remove(request.connection());
      Tunnel.open(lane.tunnels(), to.side(), request, inbound);
      return;
    }
    answerWith(to, inbound);
  }

  private void answerWith(Upstream to, HttpClientResponse inbound) {
    boolean framed = response.headers().contains(HttpHeaders.CONTENT_LENGTH);
    boolean bodiless =
        request.method().equals(HttpMethod.HEAD)
            || inbound.statusCode() == 204
            || inbound.statusCode() == 304;
    boolean byClosing = !framed && !bodiless && request.version() == HttpVersion.HTTP_1_0;
    if (!framed && !bodiless && !byClosing) {
      response.setChunked(true);
    }
    if (byClosing || !bodyEnded || closing) {
      closeAfter();
    }
    long length = bodiless ? -1 : Headers.length(inbound.headers());
    new AnswerPump(inbound, response, length, this::finish)
        .start()
        .onComplete(result -> {
          if (result.succeeded()) {
            ended();
          } else {
            finish();
            // The header is gone already, so breaking off is the only honest answer.
            breakOff(to);
          }
        });
  }

  private void breakOff(Upstream to) {
    if (!over) {
      meter(to).failed();
      count(Counts::brokenOff);
    }
    over = true;
    if (upstream != null) {
      upstream.reset();
    }
    request.connection().close();
  }

  /** An attempt can fail in two ways at once, by its stream and by its answer; once counts. */
  private void failed(Upstream to, int mine, Throwable cause, boolean nothingSent) {
    if (over || answering || tooLong || mine != attempt) {
      return;
    }
    attempt++;
    lane.watch().end(this);
    upstream = null;
    if (mayRetry(cause, nothingSent)) {
      retried = true;
      lane.context()
          .owner()
          .setTimer(
              RETRY_AFTER_MILLIS,
              again -> {
                if (!over) {
                  connect(to);
                }
              });
      return;
    }
    meter(to).failed();
    count(Counts::failed);
    finish();
    String seen =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    answer(statusOf(cause), "cannot reach the %s: %s".formatted(to.words(), seen));
  }

  /**
   * A request may be sent again when nothing of it can have been acted upon: no connection was
   * made, or it changes nothing and a connection from the pool turned out to be closed.
   */
  private boolean mayRetry(Throwable cause, boolean nothingSent) {
    boolean late =
        cause instanceof TimeoutException
            || cause instanceof ConnectTimeoutException
            || cause instanceof ConnectionPoolTooBusyException;
    boolean harmless =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    return !retried && !late && !bodyTouched && (nothingSent || harmless);
  }

  private static int statusOf(Throwable cause) {
    if (cause instanceof ConnectionPoolTooBusyException) {
      return 503;
    }
    boolean late = cause instanceof TimeoutException || cause instanceof ConnectTimeoutException;
    return late ? 504 : 502;
  }

  /** The router's own answer. */
  private void answer(int status, String words) {
    answering = true;
    if (response.closed() || response.ended() || response.headWritten()) {
      return;
    }
    if (status >= 500 && passage != null) {
      lane.gate().countRefused();
    }
    if (closing || (body && !bodyEnded)) {
      closeAfter();
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .end("landfall router: " + words + "\n")
        .onComplete(sent -> ended());
    request.resume();
  }

  private void closeAfter() {
    closing = true;
    lane.closing().add(request.connection());
    response.putHeader("Connection", CLOSE);
  }

  private void ended() {
    over = true;
    if (upstream != null && body && !bodyEnded) {
      // The service has answered before it had everything; the rest is not for the next request.
      upstream.reset();
    }
    if (closing) {
      request.connection().close();
    }
  }

  /** The user is gone. */
  private void abandon() {
    if (over) {
      return;
    }
    over = true;
    lane.watch().end(this);
    if (isOwedAnAnswer()) {
      count(Counts::failed);
    }
    if (waiter != null) {
      lane.gate().leave(waiter);
    }
    if (upstream != null && !response.ended()) {
      upstream.reset();
    }
    finish();
  }

  /**
   * Whether the service has kept a user waiting: a service that hangs until its users give up would
   * be without a failure otherwise. Some users leave a service that is well, but those do so in
   * every group alike. Whoever leaves while the service takes their body has ended it themselves.
   */
  private boolean isOwedAnAnswer() {
    boolean allSent = !bodyTouched || bodyEnded || (upstream != null && upstream.writeQueueFull());
    return passage != null && !answering && !tooLong && allSent;
  }

  private void finish() {
    if (passage != null) {
      passage.done();
    }
  }

  private void count(BiConsumer<Counts, Gate.Passage> counted) {
    if (passage != null) {
      counted.accept(lane.counts(), passage);
    }
  }

  private SideMeter meter(Upstream to) {
    return java.util.Objects.requireNonNull(lane.meters().get(to.side()));
  }
}
