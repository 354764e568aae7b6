package dev.landfall.adapter.prometheus;

import dev.landfall.workload.Route;
import dev.landfall.workload.SecretRef;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where and what to ask.
 *
 * @param url of Prometheus, without the path of its API
 * @param authority a file of PEM certificates that its own is signed by; absent for those that Java
 *     trusts
 * @param stale samples older than this say nothing; longer than two scrapes are apart
 * @param timeout for one query
 * @param moved what counts the requests of those who moved: of the target's service
 * @param stayed the same of the source's
 */
public record PrometheusSettings(
    URI url,
    Optional<Path> authority,
    Duration stale,
    Duration timeout,
    Queries moved,
    Queries stayed) {
  /** What is used unless a file says otherwise: the usual scrapes are 15 s or 30 s apart. */
  static final Duration STALE = Duration.ofMinutes(1);

  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /**
   * Selectors of counters.
   *
   * @param requests counts them all
   * @param errors those of them that failed
   * @param buckets the buckets of a histogram of seconds, of the same requests; absent when nothing
   *     tells how long they took
   */
  public record Queries(String requests, String errors, Optional<String> buckets) {}

  /** Of a route that has them; absent when its plane counts by itself. */
  public static Optional<PrometheusSettings> of(Route route) {
    return of(route, "metrics.", side -> queries(route, "metrics." + side + "."));
  }

  /** What counts who comes to the sides of a route; absent when nothing does. */
  public static Optional<PrometheusSettings> ofArrivals(Route route) {
    return of(
        route,
        "arrivals.",
        side -> arrivals(route, "arrivals." + (side.equals("moved") ? "target" : "source")));
  }

  private static Optional<PrometheusSettings> of(
      Route route, String prefix, Function<String, Queries> queries) {
    return route
        .setting(prefix + "url")
        .map(url ->
            new PrometheusSettings(
                URI.create(url),
                route.setting(prefix + "ca").map(Path::of),
                route.setting(prefix + "stale").map(Duration::parse).orElse(STALE),
                route.setting(prefix + "timeout").map(Duration::parse).orElse(TIMEOUT),
                queries.apply("moved"),
                queries.apply("stayed")));
  }

  /** Where the token is; absent when none is needed. */
  public static Optional<SecretRef> token(Route route) {
    return route.setting("metrics.token").map(SecretRef::parse);
  }

  /** Where the token is of what counts arrivals; absent when none is needed. */
  public static Optional<SecretRef> tokenOfArrivals(Route route) {
    return route.setting("arrivals.token").map(SecretRef::parse);
  }

  private static Queries queries(Route route, String prefix) {
    return new Queries(
        route.setting(prefix + "requests").orElseThrow(),
        route.setting(prefix + "errors").orElseThrow(),
        route.setting(prefix + "buckets"));
  }

  /** Which of them failed is nobody's question. */
  private static Queries arrivals(Route route, String key) {
    String requests = route.setting(key).orElseThrow();
    return new Queries(requests, requests, Optional.empty());
  }
}
