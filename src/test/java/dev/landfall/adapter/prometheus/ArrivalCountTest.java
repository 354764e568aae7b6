package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.routing.Arrivals;
import dev.landfall.workload.Side;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who still comes is counted from the first scrape after users were led elsewhere. */
class ArrivalCountTest {
  private static final PrometheusSettings SETTINGS =
      new PrometheusSettings(
          URI.create("http://prometheus"),
          Optional.empty(),
          Duration.ofMinutes(1),
          Duration.ofSeconds(5),
          queries("cloud"),
          queries("onprem"));

  private final ArrivalCount count = new ArrivalCount(Side.SOURCE, SETTINGS);

  private static PrometheusSettings.Queries queries(String requests) {
    return new PrometheusSettings.Queries(requests, requests, Optional.empty());
  }

  private static Series series(String instance, double... atAndValue) {
    var samples = new ArrayList<Series.Sample>();
    for (int i = 0; i < atAndValue.length; i += 2) {
      samples.add(new Series.Sample(atAndValue[i], atAndValue[i + 1]));
    }
    return new Series(Map.of("job", "shop", "instance", instance), samples);
  }

  private static Optional<Instant> at(long seconds) {
    return Optional.of(Instant.ofEpochSecond(seconds));
  }

  private Arrivals told(double now, Series... found) {
    count.feed(List.of(found), now);
    return count.told();
  }

  @Test
  void whatCameBeforeIsNotCountedAndNothingIsToldUntilItIsKnown() {
    assertThat(count.query()).isEqualTo("onprem");
    assertThat(count.told().since()).isEmpty();
    assertThat(count.told().whyNot().orElseThrow()).contains("has not answered yet");
    Arrivals first = told(1000, series("a", 980, 70, 990, 90));
    assertThat(first.since()).as("no scrape since").isEmpty();
    assertThat(first.requests()).isZero();
    Arrivals next = told(1015, series("a", 980, 70, 990, 90, 1000, 100, 1010, 100));
    assertThat(next).isEqualTo(new Arrivals(Side.SOURCE, at(1000), 0, Optional.empty(), none()));
  }

  @Test
  void whoComesIsCountedOverRestartsWithTheScrapeThatFoundTheLast() {
    told(1000, series("a", 1000, 100), series("b", 1000, 5));
    Arrivals some = told(1010, series("a", 1000, 100, 1010, 103), series("b", 1000, 5, 1010, 5));
    assertThat(some).isEqualTo(new Arrivals(Side.SOURCE, at(1000), 3, at(1010), none()));
    Arrivals quiet = told(1020, series("a", 1010, 103, 1020, 103), series("b", 1010, 5, 1020, 5));
    assertThat(quiet).isEqualTo(some);
    Arrivals anew = told(1030, series("a", 1020, 103, 1030, 2), series("b", 1020, 5, 1030, 5));
    assertThat(anew).isEqualTo(new Arrivals(Side.SOURCE, at(1000), 5, at(1030), none()));
  }

  @Test
  void whatCannotBeToldAnyMoreKeepsWhatWasTold() {
    told(1000, series("a", 1000, 100));
    told(1010, series("a", 1000, 100, 1010, 104));
    count.missed("gone");
    assertThat(count.told())
        .isEqualTo(new Arrivals(Side.SOURCE, at(1000), 4, at(1010), Optional.of("gone")));
    assertThat(told(1020, series("a", 1010, 104, 1020, 104)).whyNot()).isEmpty();
  }

  private static Optional<String> none() {
    return Optional.empty();
  }
}
