package dev.landfall.cli.file;

import dev.landfall.cli.file.Vocabulary.Shape;
import java.util.List;
import java.util.stream.Stream;

/** The keys of what counts the requests of a route besides its plane. */
final class Counting {
  static final Shape METRICS =
      asked(
          "metrics",
          new Vocabulary.Key("moved", true, "a mapping of queries: requests, errors"),
          new Vocabulary.Key("stayed", true, "a mapping of queries: requests, errors"));

  static final Shape QUERIES =
      new Shape(
          "queries",
          List.of(
              new Vocabulary.Key("requests", true, selector("http_requests_total{side=\"cloud\"}")),
              new Vocabulary.Key("errors", true, selector("http_requests_total{code=~\"5..\"}")),
              new Vocabulary.Key(
                  "buckets",
                  false,
                  "a selector of buckets: http_request_duration_seconds_bucket")));

  static final Shape ARRIVALS =
      asked(
          "arrivals",
          new Vocabulary.Key("source", true, selector("http_requests_total{side=\"onprem\"}")),
          new Vocabulary.Key("target", true, selector("http_requests_total{side=\"cloud\"}")));

  private Counting() {}

  private static String selector(String example) {
    return "a selector of counters: " + example;
  }

  /** Who is asked, and for what. */
  private static Shape asked(String name, Vocabulary.Key... queries) {
    var who =
        Stream.of(
            new Vocabulary.Key("kind", true, "prometheus"),
            new Vocabulary.Key("url", true, "http://host:9090 or https://host/path"),
            new Vocabulary.Key("token", false, Names.SECRET_FORM),
            new Vocabulary.Key(
                "ca", false, "the path of a file of PEM certificates, beginning with /"),
            new Vocabulary.Key("stale", false, "a time from 5s to 10m, in whole seconds"),
            new Vocabulary.Key("timeout", false, "a time from 100ms to 60s"));
    return new Shape(name, Stream.concat(who, Stream.of(queries)).toList());
  }
}
