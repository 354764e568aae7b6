package dev.landfall.adapter.prometheus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.landfall.control.TrustedRoots;
import dev.landfall.control.Withheld;
import dev.landfall.problem.OneLine;
import dev.landfall.problem.OutsideException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** Instant queries by Prometheus's HTTP API, version 1, within limits of time and size. */
final class PrometheusClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;
  private static final int WORDS_MAX = 300;

  /** Up to here every whole number is told exactly; a counter beyond it has run over. */
  private static final double COUNT_MAX = 0x1p53;

  private final PrometheusSettings settings;
  private final HttpClient client;

  /**
   * @throws OutsideException when the authority cannot be read
   */
  PrometheusClient(PrometheusSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout())
            .followRedirects(HttpClient.Redirect.NEVER);
    settings.authority().ifPresent(file -> builder.sslContext(trusting(file)));
    this.client = builder.build();
  }

  private SSLContext trusting(Path file) {
    try {
      return TrustedRoots.of(Optional.of(file)).context();
    } catch (IOException | GeneralSecurityException e) {
      throw new OutsideException(
          PrometheusProblem.UNREACHABLE,
          "cannot read the certificates in %s: %s; name a file of PEM certificates in \"ca\""
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * Several questions in a row.
   *
   * @param token that lets us ask; absent when nothing is needed
   * @param endNanos when all of them must have been answered, by {@link System#nanoTime}
   */
  record Round(Optional<String> token, long endNanos) {
    Round(Optional<String> token, Duration patience) {
      this(token, System.nanoTime() + patience.toNanos());
    }

    private Duration left() {
      return Duration.ofNanos(endNanos - System.nanoTime());
    }

    /**
     * Does something, and tells why it could not without the token: a server may have sent it back
     * to us in an answer, in a label, or in what our library cannot read and quotes.
     *
     * @throws OutsideException when that did; never with the token, nor with a cause that has it
     */
    <T> T keepingSecret(Supplier<T> work) {
      try {
        return work.get();
      } catch (OutsideException e) {
        String said = String.valueOf(e.getMessage());
        String kept = withoutSecret(said);
        boolean alone = e.getCause() == null || isWithoutSecret(e.getCause());
        if (alone && kept.equals(said)) {
          throw e;
        }
        throw new OutsideException(e.code(), kept);
      }
    }

    private boolean isWithoutSecret(Throwable cause) {
      String said = cause.toString();
      Throwable next = cause.getCause();
      return withoutSecret(said).equals(said) && (next == null || isWithoutSecret(next));
    }

    private String withoutSecret(String text) {
      return token.map(secret -> Withheld.from(text, secret)).orElse(text);
    }

    /** A part of a text, in which no part of the token is left. */
    private String shortened(String text) {
      return OneLine.of(withoutSecret(text), WORDS_MAX);
    }
  }

  /** What time it is at Prometheus, in seconds since 1970: the clocks may differ. */
  double now(Round round) {
    return round.keepingSecret(() -> {
      JsonNode data = ask("time()", Optional.empty(), round);
      return number("time()", data.path("result").path(1).asText(""), round);
    });
  }

  /**
   * What scrapes found of the counters of a selector.
   *
   * @param range how far back from then
   * @param at the time of the question, in seconds since 1970
   */
  List<Series> samples(String selector, Duration range, double at, Round round) {
    String query = selector + "[" + range.toSeconds() + "s]";
    return round.keepingSecret(() -> samples(query, at, round));
  }

  private List<Series> samples(String query, double at, Round round) {
    JsonNode data = ask(query, Optional.of(at), round);
    if (!data.path("resultType").asText("").equals("matrix")) {
      throw answer(query, "it is no matrix");
    }
    var all = new ArrayList<Series>();
    for (JsonNode each : data.path("result")) {
      var labels = new HashMap<String, String>();
      each.path("metric")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
      labels.remove("__name__");
      var samples = new ArrayList<Series.Sample>();
      for (JsonNode value : each.path("values")) {
        double count = number(query, value.path(1).asText(""), round);
        if (count > COUNT_MAX) {
          throw answer(query, "%.0f is more than anybody counts".formatted(count));
        }
        if (count >= 0) {
          samples.add(new Series.Sample(value.path(0).asDouble(), count));
        }
      }
      all.add(new Series(labels, samples));
    }
    return all;
  }

  private double number(String query, String text, Round round) {
    try {
      return switch (text) {
        case "+Inf", "-Inf", "NaN" -> Double.NaN;
        default -> Double.parseDouble(text);
      };
    } catch (NumberFormatException e) {
      throw answer(query, "\"" + round.shortened(text) + "\" is no number");
    }
  }

  private JsonNode ask(String query, Optional<Double> at, Round round) {
    String words =
        "query="
            + URLEncoder.encode(query, StandardCharsets.UTF_8)
            + at.map(time -> String.format(Locale.ROOT, "&time=%.3f", time)).orElse("");
    String base = settings.url().toString().replaceAll("/+$", "");
    Duration left = round.left();
    Duration patience = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
    if (!patience.isPositive()) {
      throw unreachable("no answer to " + query + " in time", new TimeoutException());
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/api/v1/query?" + words))
            .timeout(patience)
            .header("Accept", "application/json");
    round.token().ifPresent(secret -> request.header("Authorization", "Bearer " + checked(secret)));
    HttpResponse<Body> answer = send(query, request.build(), patience);
    if (answer.body().isTooLarge()) {
      throw answer(
          query, "it is larger than %d MiB; select fewer series".formatted(ANSWER_BYTES_MAX >> 20));
    }
    String text = answer.body().text();
    JsonNode tree = tree(query, answer.statusCode(), text, round);
    if (answer.statusCode() != 200 || !tree.path("status").asText("").equals("success")) {
      throw refused(query, answer.statusCode(), seen(text, tree, round));
    }
    return tree.path("data");
  }

  /** The library would tell the value of a header that it refuses. */
  private String checked(String secret) {
    if (!secret.chars().allMatch(each -> each > 0x20 && each < 0x7f)) {
      throw new OutsideException(
          PrometheusProblem.REFUSED,
          "cannot ask Prometheus %s: the token has a blank, a line break or another character that none has; look where it is kept"
              .formatted(settings.url()));
    }
    return secret;
  }

  private HttpResponse<Body> send(String query, HttpRequest request, Duration patience) {
    CompletableFuture<HttpResponse<Body>> sent =
        client.sendAsync(request, _ -> Body.upTo(ANSWER_BYTES_MAX));
    try {
      // The request's own limit ends with the header of the answer; this one covers the body too.
      return sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String seen = cause.getMessage();
      throw unreachable(seen == null ? cause.getClass().getSimpleName() : seen, e);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw unreachable("no whole answer to " + query + " in time", e);
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw unreachable("interrupted", e);
    }
  }

  private JsonNode tree(String query, int status, String text, Round round) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      if (status != 200) {
        return JSON.createObjectNode();
      }
      throw answer(query, "it is no JSON (\"" + round.shortened(text) + "\")");
    }
  }

  /** What it says is wrong, or all of it where that is no JSON. */
  private static String seen(String text, JsonNode tree, Round round) {
    return round.shortened(tree.path("error").asText(tree.isEmpty() ? text : "no error is named"));
  }

  private OutsideException refused(String query, int status, String seen) {
    String place = settings.url().toString();
    return switch (status) {
      case 401, 403 ->
          new OutsideException(
              PrometheusProblem.REFUSED,
              "cannot ask Prometheus %s: it answered %d; compare the token"
                  .formatted(place, status));
      case 400, 422 ->
          new OutsideException(
              PrometheusProblem.QUERY,
              "cannot ask Prometheus %s for %s: \"%s\"; a query here is a selector of counters"
                  .formatted(place, query, seen));
      default -> answer(query, "status " + status + ", \"" + seen + "\"");
    };
  }

  private OutsideException answer(String query, String seen) {
    return new OutsideException(
        PrometheusProblem.ANSWER,
        "cannot use what %s answered to %s: %s; is it a Prometheus?"
            .formatted(settings.url(), query, seen));
  }

  private OutsideException unreachable(String seen, Exception cause) {
    return new OutsideException(
        PrometheusProblem.UNREACHABLE,
        "cannot reach Prometheus %s: %s; is it running, and is this its address?"
            .formatted(settings.url(), seen),
        cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
