package dev.landfall.control;

import dev.landfall.problem.OneLine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Looks and orders at a {@link ControlDoor}, within limits of time and size. */
public final class ControlClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** Whoever takes orders answers with the one that it has, and with little more. */
  private static final int ANSWER_BYTES_MAX = ControlDoor.ORDER_BYTES_MAX + 256 * 1024;

  /** So much of what is refused with is repeated. */
  private static final int WORDS_MAX = 500;

  /** As all codes are; whoever is no process of Landfall's may say anything there. */
  private static final Pattern CODE = Pattern.compile("[a-z]+(-[a-z]+){1,5}");

  private final URI place;
  private final String token;
  private final HttpClient client;
  private final Duration answer;

  /**
   * @param place where orders are taken: {@code http://host:port}
   * @param token what proves that orders come from Landfall
   */
  public ControlClient(URI place, String token) {
    this(place, token, ANSWER);
  }

  /**
   * The same, of somebody who needs longer.
   *
   * @param answer how long an answer may take, more than zero
   */
  public ControlClient(URI place, String token, Duration answer) {
    this.answer = answer;
    this.place = place;
    this.token = token;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * What was answered.
   *
   * @param status of HTTP
   * @param problem the code of the problem; empty when none is told
   * @param token what was sent, of which nothing is told
   */
  public record Answer(int status, String body, String problem, String token) {
    public boolean isDone() {
      return status == 200;
    }

    /** The token is a secret. */
    @Override
    public String toString() {
      return "answer " + status;
    }

    /**
     * How it was refused, for people: the status, and the words of a process of Landfall's. Those
     * of anybody else, who has this address by mistake, may be anything.
     */
    public String refusal() {
      String words = OneLine.of(Withheld.from(body, token), WORDS_MAX);
      return problem.isEmpty()
          ? status + ", and not as Landfall does"
          : status + " \"" + words + "\"";
    }
  }

  /** There was no answer, or none in time; the message is what was seen instead. */
  public static final class SilentException extends Exception {
    private static final long serialVersionUID = 1;

    SilentException(String seen) {
      super(seen);
    }

    SilentException(String seen, Throwable cause) {
      super(seen, cause);
    }
  }

  public Answer get(String path) throws SilentException {
    return ask(request(path).GET().build());
  }

  public Answer put(String path, String json) throws SilentException {
    return ask(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  private HttpRequest.Builder request(String path) throws SilentException {
    // The library would repeat the value of a header that it refuses.
    if (!token.chars().allMatch(each -> each >= ' ' && each <= '~')) {
      throw new SilentException(
          "it was not asked: the token has a line break or another character that none has; look"
              + " where it is kept");
    }
    return HttpRequest.newBuilder(place.resolve(path))
        .timeout(answer)
        .header("Authorization", "Bearer " + token);
  }

  private Answer ask(HttpRequest request) throws SilentException {
    CompletableFuture<HttpResponse<String>> sent =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(), ANSWER_BYTES_MAX));
    try {
      // The request's own limit ends with the header of the answer; this one covers the body too.
      HttpResponse<String> answer =
          sent.get(this.answer.plus(CONNECT).toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(
          answer.statusCode(),
          answer.body(),
          answer
              .headers()
              .firstValue(ControlDoor.PROBLEM_HEADER)
              .filter(code -> CODE.matcher(code).matches())
              .orElse(""),
          token);
    } catch (ExecutionException e) {
      throw silent(e.getCause() instanceof IOException cause ? cause : e);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw silent(e);
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw silent(e);
    }
  }

  private SilentException silent(Throwable cause) {
    String seen =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new SilentException(Withheld.from(seen, token), cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
