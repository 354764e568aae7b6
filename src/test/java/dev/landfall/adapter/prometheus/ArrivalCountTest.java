package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
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
    Arrivals fed = count.feed(List.of(found), now);
    assertThat(count.told()).isEqualTo(fed);
    return fed;
  }

  private static Arrivals counted(long until, long requests, Optional<Instant> last) {
    return new Arrivals(
        Side.SOURCE, at(1000), at(until), requests, last, List.of(), Optional.empty());
  }

  @Test
  void whatCameBeforeIsNotCountedAndNothingIsToldUntilItIsKnown() {
    assertThat(ArrivalCount.query(Side.SOURCE, SETTINGS)).isEqualTo("onprem");
    assertThat(ArrivalCount.query(Side.TARGET, SETTINGS)).isEqualTo("cloud");
    assertThat(count.told().since()).isEmpty();
    assertThat(count.told().whyNot().orElseThrow()).contains("has not answered yet");
    Arrivals first = told(1000, series("a", 980, 70, 990, 90));
    assertThat(first.since()).as("no scrape since").isEmpty();
    assertThat(first.until()).isEmpty();
    assertThat(first.requests()).isZero();
    Arrivals next = told(1015, series("a", 980, 70, 990, 90, 1000, 100, 1010, 100));
    assertThat(next).isEqualTo(counted(1010, 0, Optional.empty()));
  }

  @Test
  void whoComesIsCountedOverRestartsWithTheScrapeThatFoundTheLast() {
    told(1000, series("a", 1000, 100), series("b", 1000, 5));
    Arrivals some = told(1010, series("a", 1000, 100, 1010, 103), series("b", 1000, 5, 1010, 5));
    assertThat(some).isEqualTo(counted(1010, 3, at(1010)));
    Arrivals quiet = told(1020, series("a", 1010, 103, 1020, 103), series("b", 1010, 5, 1020, 5));
    assertThat(quiet).isEqualTo(counted(1020, 3, at(1010)));
    Arrivals anew = told(1030, series("a", 1020, 103, 1030, 2), series("b", 1020, 5, 1030, 5));
    assertThat(anew).isEqualTo(counted(1030, 5, at(1030)));
  }

  @Test
  void theLastHadComeByTheLatestScrapeAndAllAreCountedUpToTheEarliest() {
    told(1000, series("a", 1000, 100), series("b", 1000, 5));
    Arrivals some = told(1015, series("a", 1000, 100, 1014, 101), series("b", 1000, 5, 1004, 5));
    assertThat(some).isEqualTo(counted(1004, 1, at(1014)));
  }

  @Test
  void whoIsNotScrapedAnyMoreIsNamedAndTheOthersAreCountedOn() {
    told(1000, series("a", 1000, 100), series("b", 1000, 5));
    Arrivals both = told(1010, series("a", 1000, 100, 1010, 103), series("b", 1000, 5, 1010, 6));
    assertThat(both.away()).isEmpty();

    Arrivals old = told(1080, series("a", 1010, 103, 1080, 104), series("b", 1010, 6));
    assertThat(old.requests()).isEqualTo(5);
    assertThat(old.away()).containsExactly("shop b");
    assertThat(old.until()).as("of those who are there").isEqualTo(at(1080));
    Arrivals forgotten = told(1200, series("a", 1080, 104, 1200, 110));
    assertThat(forgotten.requests()).isEqualTo(11);
    assertThat(forgotten.away()).as("Prometheus has nothing of it any more").isEqualTo(old.away());
    assertThat(forgotten.whyNot()).isEmpty();

    Arrivals back = told(1210, series("a", 1200, 110, 1210, 110), series("b", 1205, 2, 1210, 3));
    assertThat(back.away()).as("it was started anew").isEmpty();
    assertThat(back.requests()).isEqualTo(14);
    Arrivals none = told(1400);
    assertThat(none.away()).containsExactly("shop a", "shop b");
    assertThat(none.until()).isEqualTo(at(1210));
    assertThat(none.requests()).isEqualTo(14);
  }

  @Test
  void nothingThatWasEverFoundIsNoZero() {
    assertThatThrownBy(() -> told(1000))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("onprem finds nothing in the last 60 s");
    assertThat(count.told().since()).isEmpty();
  }

  @Test
  void whatCannotBeToldAnyMoreKeepsWhatWasTold() {
    told(1000, series("a", 1000, 100));
    told(1010, series("a", 1000, 100, 1010, 104));
    count.missed("gone");
    assertThat(count.told()).isEqualTo(counted(1010, 4, at(1010)).stale("gone"));
    assertThat(count.told().whyNot()).contains("gone");
    assertThat(told(1020, series("a", 1010, 104, 1020, 104)).whyNot()).isEmpty();
  }
}
