package dev.landfall.control;

import dev.landfall.problem.ProblemCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * The door of a process that takes orders over HTTP: who has not the token is told nothing, a body
 * has a bound, and what is refused bears its code. Everybody may ask for {@code /healthz}.
 */
public final class ControlDoor {
  /** Carries the code of a problem. */
  public static final String PROBLEM_HEADER = "Landfall-Problem";

  /**
   * What a workload file may name, 1 MiB of text, has at most nine times as many bytes in JSON:
   * names of one character, which are escaped. Read only for whoever has the token.
   */
  public static final int ORDER_BYTES_MAX = 16 * 1024 * 1024;

  private static final String BEARER = "Bearer ";
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final int TOKEN_CHARACTERS_MIN = 16;
  private static final int IDLE_SECONDS = 60;

  private final byte[] token;
  private final ProblemCode wrongToken;
  private final ProblemCode refused;
  private final Desk desk;

  /** Who serves those that were let in. */
  public interface Desk {
    /** Answers a call, at once or later; never blocks. */
    void serve(Call call);
  }

  /**
   * @param wrongToken the code for who is not let in
   * @param refused the code for what is too long to be read
   */
  public ControlDoor(String token, ProblemCode wrongToken, ProblemCode refused, Desk desk) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.wrongToken = wrongToken;
    this.refused = refused;
    this.desk = desk;
  }

  /** How such a process listens. */
  public static HttpServerOptions options() {
    return new HttpServerOptions().setHttp2ClearTextEnabled(false).setIdleTimeout(IDLE_SECONDS);
  }

  /**
   * Why a process would be open to anybody, after "cannot start"; absent when it would not.
   *
   * @param host the address where orders are taken
   * @param open whether somebody said that it is meant to be reached from elsewhere
   */
  public static Optional<String> unsafe(String host, boolean open, String token) {
    if (token.length() < TOKEN_CHARACTERS_MIN) {
      return Optional.of(
          "its token has %d characters; give it one of at least %d"
              .formatted(token.length(), TOKEN_CHARACTERS_MIN));
    }
    try {
      return open || InetAddress.getByName(host).isLoopbackAddress()
          ? Optional.empty()
          : Optional.of(
              "it would take orders on %s, which others can reach; let it listen on 127.0.0.1, or say that this is meant"
                  .formatted(host));
    } catch (UnknownHostException _) {
      return Optional.of(
          "its control address %s has no meaning here; give a name or an address of this machine"
              .formatted(host));
    }
  }

  public void handle(HttpServerRequest request) {
    var call = new Call(request, "");
    if (request.path().equals("/healthz")) {
      call.text("ok\n");
    } else if (!allowed(request)) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      call.refuse(401, wrongToken, "cannot let you in: the token is not the one");
    } else {
      read(request);
    }
  }

  /** In constant time, so that the answer's delay tells nothing of the token. */
  private boolean allowed(HttpServerRequest request) {
    String given = request.getHeader("Authorization");
    return given != null
        && given.startsWith(BEARER)
        && MessageDigest.isEqual(
            token, given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
  }

  private void read(HttpServerRequest request) {
    Buffer body = Buffer.buffer();
    request.handler(part -> {
      if (body.length() <= ORDER_BYTES_MAX) {
        body.appendBuffer(part);
      }
    });
    request.endHandler(end -> {
      var call = new Call(request, body.toString(StandardCharsets.UTF_8));
      if (body.length() > ORDER_BYTES_MAX) {
        call.refuse(
            413, refused, "cannot take the order: it has more than " + ORDER_BYTES_MAX + " bytes");
      } else {
        desk.serve(call);
      }
    });
  }

  /** A request of somebody who was let in, whole. */
  public static final class Call {
    private final HttpServerRequest request;
    private final String body;

    private Call(HttpServerRequest request, String body) {
      this.request = request;
      this.body = body;
    }

    /** Method and path: {@code GET /v1/route}. */
    public String what() {
      return request.method() + " " + request.path();
    }

    public String body() {
      return body;
    }

    public void json(String text) {
      answer(200, JSON, text);
    }

    public void text(String text) {
      answer(200, TEXT, text);
    }

    /** The code in a header, the words as the body: both are what the client needs. */
    public void refuse(int status, ProblemCode problem, String words) {
      request.response().putHeader(PROBLEM_HEADER, problem.id());
      answer(status, TEXT, words + "\n");
    }

    /** Says what there is instead of what was asked for. */
    public void unknown(ProblemCode problem, String there) {
      refuse(
          request.method().name().equals("GET") ? 404 : 405,
          problem,
          "cannot do %s: there are %s".formatted(what(), there));
    }

    private void answer(int status, String type, String text) {
      if (!request.response().closed()) {
        request.response().setStatusCode(status).putHeader("Content-Type", type).end(text);
      }
    }
  }
}
