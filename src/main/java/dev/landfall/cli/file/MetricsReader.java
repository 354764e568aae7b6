package dev.landfall.cli.file;

import dev.landfall.workload.Route;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mappings {@code metrics} and {@code arrivals} of a route: who counts its requests besides its
 * plane, and who counts what still comes to the side that users left.
 */
final class MetricsReader {
  private static final List<String> KINDS = List.of("prometheus");
  private static final Duration STALE_MIN = Duration.ofSeconds(5);
  private static final Duration STALE_MAX = Duration.ofMinutes(10);
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

  private MetricsReader() {}

  /** The same route, with what is said of its metrics among its settings. */
  static Route with(Route route, Section section) {
    var settings = new HashMap<>(route.settings());
    section
        .field("metrics")
        .flatMap(field -> Section.of(field, field.where() + ".", Vocabulary.METRICS))
        .ifPresent(metrics -> read(metrics, settings));
    section
        .field("arrivals")
        .flatMap(field -> Section.of(field, field.where() + ".", Vocabulary.ARRIVALS))
        .ifPresent(arrivals -> readArrivals(arrivals, settings));
    return new Route(
        route.name(),
        route.kind(),
        route.asset(),
        route.control(),
        route.token(),
        route.traits(),
        settings);
  }

  private static void readArrivals(Section arrivals, Map<String, String> settings) {
    place("arrivals.", arrivals, settings);
    for (String side : List.of("source", "target")) {
      arrivals
          .field(side)
          .flatMap(MetricsReader::selector)
          .ifPresent(text -> settings.put("arrivals." + side, text));
    }
  }

  private static void read(Section metrics, Map<String, String> settings) {
    place("metrics.", metrics, settings);
    boolean movedTimed = queries("moved", metrics, settings);
    boolean stayedTimed = queries("stayed", metrics, settings);
    if (movedTimed != stayedTimed) {
      metrics.wrong(
          "one side has buckets and the other has none",
          "give buckets for both, or for none, and then latencies are not judged");
    }
  }

  /** Where a Prometheus is asked, and how. */
  private static void place(String prefix, Section metrics, Map<String, String> settings) {
    metrics.field("kind").ifPresent(field -> field.checkWord(KINDS));
    metrics
        .field("url")
        .flatMap(Address::httpWithPath)
        .ifPresent(url -> settings.put(prefix + "url", url.url()));
    metrics
        .field("token")
        .flatMap(AssetReader::secret)
        .ifPresent(secret -> settings.put(prefix + "token", secret.toString()));
    metrics
        .field("ca")
        .flatMap(AssetReader::absolutePath)
        .ifPresent(path -> settings.put(prefix + "ca", path));
    metrics
        .field("stale")
        .flatMap(field -> time(field, STALE_MIN, STALE_MAX))
        .ifPresent(time -> settings.put(prefix + "stale", time.toString()));
    metrics
        .field("timeout")
        .flatMap(field -> time(field, TIMEOUT_MIN, TIMEOUT_MAX))
        .ifPresent(time -> settings.put(prefix + "timeout", time.toString()));
  }

  /** Whether they speak of latencies too. */
  private static boolean queries(String side, Section metrics, Map<String, String> settings) {
    Optional<Section> queries =
        metrics
            .field(side)
            .flatMap(field -> Section.of(field, field.where() + ".", Vocabulary.QUERIES));
    for (String what : Vocabulary.QUERIES.names()) {
      queries
          .flatMap(section -> section.field(what))
          .flatMap(MetricsReader::selector)
          .ifPresent(text -> settings.put("metrics." + side + "." + what, text));
    }
    return queries.flatMap(section -> section.field("buckets")).isPresent();
  }

  /** Prometheus reads it; what can be told here is that it would be no selector. */
  private static Optional<String> selector(Field field) {
    Optional<String> text = field.line();
    if (text.isPresent() && !text.get().matches("[a-zA-Z_:][a-zA-Z0-9_:]*\\s*(\\{.*\\})?")) {
      field.wrong("the query is more than a selector");
      return Optional.empty();
    }
    return text;
  }

  private static Optional<Duration> time(Field field, Duration min, Duration max) {
    var text = field.text();
    var time =
        text.flatMap(Quantities::time)
            .filter(each -> each.compareTo(min) >= 0 && each.compareTo(max) <= 0)
            .filter(each -> min.toMillis() < 1000 || each.toMillisPart() == 0);
    if (text.isPresent() && time.isEmpty()) {
      field.wrong("the time is none of these");
    }
    return time;
  }
}
