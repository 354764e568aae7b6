package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Group;
import dev.landfall.routing.Tally;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What scrapes find becomes counts that only grow, and what they do not find becomes none. */
class PrometheusCountsTest {
  private static final PrometheusSettings.Queries QUERIES =
      new PrometheusSettings.Queries(
          "hits{app=\"a\"}", "hits{app=\"a\",code=~\"5..\"}", Optional.empty());

  private PrometheusCounts counts = counts(QUERIES);
  private double now = 1000;

  private static PrometheusCounts counts(PrometheusSettings.Queries queries) {
    return new PrometheusCounts(
        new PrometheusSettings(
            URI.create("http://localhost"),
            Optional.empty(),
            Duration.ofMinutes(1),
            Duration.ofSeconds(5),
            queries,
            queries),
        false);
  }

  private static Series series(String instance, String code, double... atAndValue) {
    var samples = new ArrayList<Series.Sample>();
    for (int i = 0; i < atAndValue.length; i += 2) {
      samples.add(new Series.Sample(atAndValue[i], atAndValue[i + 1]));
    }
    return new Series(Map.of("job", "a", "instance", instance, "code", code, "app", "a"), samples);
  }

  private static SideCounts.Found found(Series... given) {
    var all = new ArrayList<>(List.of(given));
    boolean failures =
        all.stream().anyMatch(each -> each.labels().getOrDefault("code", "").startsWith("5"));
    if (!failures && !all.isEmpty()) {
      // As programs should, each begins its counter of failures with 0.
      Series first = all.getFirst();
      var none = first.samples().stream().map(each -> new Series.Sample(each.at(), 0)).toList();
      var labels = new HashMap<>(first.labels());
      labels.put("code", "500");
      all.add(new Series(labels, none));
    }
    return new SideCounts.Found(
        all,
        all.stream()
            .filter(each -> each.labels().getOrDefault("code", "").startsWith("5"))
            .toList(),
        List.of());
  }

  /** A side that serves ten requests a second without a failure, scraped at the whole ten. */
  private SideCounts.Found well() {
    double last = Math.floor(now / 10) * 10;
    return found(series("b", "200", last - 10, (last - 10) * 10, last, last * 10));
  }

  private List<Long> moved(SideCounts.Found found) {
    Tally tally = counts.feed(found, well(), now).tallies().getFirst();
    assertThat(tally.group()).isEqualTo(Group.MOVED);
    return List.of(tally.requests(), tally.failed());
  }

  private List<Long> moved(double at, Series... all) {
    now = at;
    return moved(found(all));
  }

  @Test
  void whatWasCountedBeforeTheOrderIsNotOfThisFlight() {
    assertThat(moved(1000, series("x", "200", 990, 500))).containsExactly(0L, 0L);
    assertThat(moved(1010, series("x", "200", 990, 500, 1005, 600))).containsExactly(0L, 0L);
    assertThat(moved(1020, series("x", "200", 1005, 600, 1015, 660))).containsExactly(60L, 0L);
  }

  @Test
  void aCounterThatFallsHasBegunAnewAndTheOthersGoOn() {
    moved(1000, series("x", "200", 1000, 500), series("y", "200", 1000, 5000));
    assertThat(
            moved(
                1030,
                series("x", "200", 1000, 500, 1010, 520, 1020, 7, 1030, 9),
                series("y", "200", 1000, 5000, 1010, 5100, 1020, 5200, 1030, 5300)))
        .as("20 before its restart and 9 after")
        .containsExactly(329L, 0L);
  }

  @Test
  void aRestartSaysNothingOfWhatOthersOfTheTargetCountedBeforeIt() {
    moved(1000, series("x", "200", 1000, 100_000), series("x", "500", 1000, 5_000));
    assertThat(
            moved(
                1021,
                series("x", "200", 1000, 100_000, 1010, 100_100, 1020, 50),
                series("x", "500", 1000, 5_000, 1010, 5_000, 1020, 0)))
        .as("100 before the restart and 50 after, and no failures at all")
        .containsExactly(150L, 0L);
  }

  @Test
  void aCounterThatGrewBeyondWhatItWasHasBegunAnewWithTheOthers() {
    moved(1000, series("x", "500", 1000, 5), series("x", "200", 1000, 500));
    assertThat(moved(1010, series("x", "500", 1010, 7), series("x", "200", 1010, 20)))
        .as("wherever it stands in the answer")
        .containsExactly(27L, 7L);
  }

  @Test
  void ofTwoRestartsInOneAnswerEachIsOne() {
    moved(1000, series("x", "200", 1000, 500), series("x", "500", 1000, 1));
    assertThat(
            moved(
                1040,
                series("x", "200", 1000, 500, 1010, 10, 1020, 20, 1030, 5, 1040, 6),
                series("x", "500", 1000, 1, 1010, 3, 1020, 3, 1030, 4, 1040, 4)))
        .as("each time all of them began at nothing")
        .containsExactly(33L, 7L);
  }

  @Test
  void aCounterThatComesWithTheFirstFailureBeganWithNone() {
    moved(1000, series("x", "200", 1000, 500));
    assertThat(moved(1010, series("x", "200", 1000, 500, 1010, 540), series("x", "503", 1010, 3)))
        .containsExactly(43L, 3L);
  }

  @Test
  void aTargetThatIsNewMayHaveCountedForYears() {
    moved(1000, series("x", "200", 1000, 500));
    assertThat(
            moved(
                1010,
                series("x", "200", 1000, 500, 1010, 540),
                series("new", "200", 1010, 1_000_000),
                series("new", "500", 1010, 50_000)))
        .containsExactly(40L, 0L);
    assertThat(
            moved(
                1020,
                series("x", "200", 1010, 540, 1020, 540),
                series("new", "200", 1010, 1_000_000, 1020, 1_000_010),
                series("new", "500", 1010, 50_000, 1020, 50_001)))
        .containsExactly(51L, 1L);
  }

  @Test
  void whatCameInAGapIsCountedWithItsRequestsAndNotWithoutThem() {
    moved(1000, series("x", "200", 1000, 500));
    moved(1010, series("x", "200", 1010, 510));
    assertThat(
            moved(
                1200,
                series("x", "200", 1200, 9_000),
                series("x", "500", 1200, 0),
                series("x", "503", 1200, 40)))
        .containsExactly(8_540L, 40L);
  }

  @Test
  void whatACounterHadCountedIsNotCountedAnewWhenItComesBackAfterLong() {
    moved(1000, series("x", "200", 1000, 1_000_000), series("y", "200", 1000, 5));
    for (double at = 1010; at < 3000; at += 10) {
      now = at;
      moved(at, series("y", "200", at, 5));
    }
    assertThat(moved(3000, series("x", "200", 3000, 1_000_010), series("y", "200", 3000, 6)))
        .containsExactly(11L, 0L);
  }

  @Test
  void failuresAreNotCountedBeforeTheScrapeOfTheirRequests() {
    moved(1000, series("x", "200", 1000, 500), series("x", "500", 1000, 0));
    now = 1020;
    var between =
        new SideCounts.Found(
            List.of(series("x", "200", 1000, 500, 1010, 540)),
            List.of(series("x", "500", 1000, 0, 1010, 1, 1020, 8)),
            List.of());
    assertThat(moved(between)).containsExactly(40L, 1L);
    assertThat(
            moved(
                1030,
                series("x", "200", 1010, 540, 1020, 570),
                series("x", "500", 1010, 1, 1020, 8)))
        .containsExactly(78L, 8L);
  }

  @Test
  void bothSidesMoveOnTogetherHoweverTheirScrapesLie() {
    now = 1000;
    SideCounts.Found other = found(series("b", "200", 1000, 100));
    counts.feed(found(series("x", "200", 1000, 500)), other, now);
    now = 1010;
    List<Tally> tallies = counts.feed(found(series("x", "200", 1010, 550)), other, now).tallies();
    assertThat(tallies).extracting(Tally::requests).as("one alone").containsExactly(0L, 0L);
    now = 1013;
    other = found(series("b", "200", 1000, 100, 1012, 140));
    tallies = counts.feed(found(series("x", "200", 1010, 550)), other, now).tallies();
    assertThat(tallies).extracting(Tally::requests).containsExactly(50L, 40L);
  }

  @Test
  void nothingOrSomethingOldIsNoCount() {
    assertThatThrownBy(() -> moved(1000))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("cannot count requests of the moved: hits{app=\"a\"} finds nothing");
    assertThatThrownBy(() -> moved(1000, series("x", "200", 900, 500)))
        .hasMessageContaining("100 s old");
    now = 1000;
    assertThatThrownBy(() -> counts.feed(well(), found(), now))
        .hasMessageContaining("those who stayed");
  }

  @Test
  void aTargetThatIsScrapedDoesNotVouchForAnother() {
    moved(1000, series("x", "200", 1000, 500), series("y", "200", 1000, 500));
    assertThatThrownBy(
            () -> moved(1070, series("x", "200", 1070, 500), series("y", "200", 1000, 500)))
        .hasMessageContaining("finds of a y is 70 s old");
    assertThat(moved(1130, series("x", "200", 1130, 510)))
        .as("it is gone for good")
        .containsExactly(10L, 0L);
  }

  @Test
  void aTallyWaitsForTheScrapesOfAllTargets() {
    moved(1000, series("x", "200", 1000, 500), series("y", "200", 1000, 500));
    assertThat(moved(1020, series("x", "200", 1020, 520), series("y", "200", 1000, 500)))
        .containsExactly(0L, 0L);
    assertThat(moved(1030, series("x", "200", 1020, 520), series("y", "200", 1030, 507)))
        .containsExactly(27L, 0L);
  }

  @Test
  void aSelectorOfFailuresThatFindsNothingIsNoData() {
    var good = new SideCounts.Found(List.of(series("x", "200", 1000, 500)), List.of(), List.of());
    now = 1000;
    assertThatThrownBy(() -> counts.feed(good, well(), now))
        .hasMessageContaining("cannot count errors of the moved")
        .hasMessageContaining("does its counter begin at 0?");
  }

  @Test
  void aCounterThatDisappearsFromATargetThatGoesOnIsNoData() {
    moved(1000, series("x", "200", 1000, 500), series("x", "503", 1000, 0));
    assertThatThrownBy(
            () -> moved(1130, series("x", "200", 1130, 600), series("x", "500", 1130, 0)))
        .hasMessageContaining("cannot count requests of the moved")
        .hasMessageContaining("code=503")
        .hasMessageContaining("is not there any more");
  }

  private static Series version(String version, String code, double at, double value) {
    return new Series(
        Map.of("job", "a", "instance", "x", "code", code, "version", version),
        List.of(new Series.Sample(at, value)));
  }

  @Test
  void whenALabelOfAllCountersOfATargetChangesItWasRestarted() {
    for (double at = 1000; at <= 1040; at += 10) {
      moved(at, version("1", "200", at, at * 10), version("1", "500", at, 5));
    }
    for (double at = 1050; at <= 2000; at += 10) {
      assertThat(
              moved(at, version("2", "200", at, at - 1045), version("2", "500", at, 2)).getLast())
          .isEqualTo(2);
    }
    assertThat(moved(2010, version("1", "200", 2010, 20_000), version("1", "500", 2010, 7)))
        .as("the first version is back, and began at nothing")
        .containsExactly(400L + 957 + 20_007, 9L);
  }

  @Test
  void whenOnlySomeCountersAreReplacedItIsNoRestart() {
    for (double at = 1000; at <= 1040; at += 10) {
      moved(at, series("x", "200", at, 5), version("1", "200", at, 9), series("x", "500", at, 0));
    }
    assertThatThrownBy(
            () -> {
              for (double at = 1050; at <= 1200; at += 10) {
                moved(
                    at,
                    series("x", "200", at, 5),
                    version("2", "200", at, 9),
                    series("x", "500", at, 0));
              }
            })
        .hasMessageContaining("is not there any more");
  }

  @Test
  void moreCountersThanCanBeToldApartAreRefusedAndNotRemembered() {
    var counter = new Counter();
    var scrapes = new Scrapes();
    scrapes.are(Map.of(new Series.Target("a", "x"), 1000.0));
    var tooMany = new ArrayList<Series>();
    for (int i = 0; i <= Counter.SERIES_MAX; i++) {
      tooMany.add(version(String.valueOf(i), "200", 1000, 1));
    }
    assertThatThrownBy(() -> counter.feed(tooMany, scrapes, 0))
        .hasMessageContaining("cannot count by more than 100000 series");
    counter.feed(tooMany.subList(0, Counter.SERIES_MAX), scrapes, 0);
    assertThatThrownBy(() -> counter.feed(tooMany, scrapes, 0))
        .isInstanceOf(OutsideException.class);
    counter.feed(tooMany.subList(0, Counter.SERIES_MAX), scrapes, 0);
  }

  @Test
  void aHistogramWithoutItsLastBucketIsNoHistogram() {
    PrometheusCounts timed =
        counts(new PrometheusSettings.Queries("hits", "fails", Optional.of("took_bucket")));
    SideCounts.Found cut = timed(1000, 0, 0, "0.01", "0.05");
    assertThatThrownBy(() -> timed.feed(cut, cut, 1000))
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code()).isEqualTo(PrometheusProblem.QUERY))
        .hasMessageContaining("has no bucket with le=\"+Inf\"");
  }

  @Test
  void aCounterMayBeMissingBehindARestartAndBeginsWithNothing() {
    moved(1000, series("x", "200", 1000, 500), series("x", "503", 1000, 9));
    moved(1010, series("x", "200", 1010, 520), series("x", "503", 1010, 9));
    assertThat(moved(1130, series("x", "200", 1130, 30), series("x", "500", 1130, 0)))
        .containsExactly(50L, 0L);
    assertThat(moved(1140, series("x", "200", 1140, 40), series("x", "503", 1140, 11)))
        .as("11 and not 2")
        .containsExactly(71L, 11L);
  }

  @Test
  void whenEverybodyHasMovedNothingNeedsToBeKnownOfTheSource() {
    SideCounts.Found nothing = new SideCounts.Found(List.of(), List.of(), List.of());
    var all =
        new PrometheusCounts(
            new PrometheusSettings(
                URI.create("http://localhost"),
                Optional.empty(),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                QUERIES,
                QUERIES),
            true);
    all.feed(found(series("x", "200", 1000, 500)), nothing, 1000);
    assertThat(all.feed(found(series("x", "200", 1010, 510)), nothing, 1010).tallies())
        .extracting(Tally::requests)
        .containsExactly(10L, 0L);
  }

  private static SideCounts.Found timed(double at, double fast, double all, String... bounds) {
    var buckets = new ArrayList<Series>();
    for (String bound : bounds) {
      double count = bound.equals("+Inf") || Double.parseDouble(bound) > 0.05 ? all : fast;
      buckets.add(
          new Series(
              Map.of("job", "a", "instance", "x", "le", bound),
              List.of(new Series.Sample(at, count))));
    }
    var requests = List.of(series("x", "200", at, all));
    return new SideCounts.Found(requests, List.of(series("x", "500", at, 0)), buckets);
  }

  @Test
  void slowAnswersComeFromTheBucketsAndBothSidesMustHaveTheSame() {
    var queries = new PrometheusSettings.Queries("hits", "fails", Optional.of("took_bucket"));
    PrometheusCounts timed = counts(queries);
    String[] bounds = {"0.01", "0.05", "0.1", "+Inf"};
    timed.feed(timed(1000, 0, 0, bounds), timed(1000, 0, 0, bounds), 1000);
    List<Tally> tallies =
        timed.feed(timed(1010, 90, 100, bounds), timed(1010, 100, 100, bounds), 1010).tallies();
    assertThat(tallies.getFirst().slower())
        .containsExactly(
            10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    assertThat(tallies.getLast().slower()).containsOnly(0L);
    assertThatThrownBy(() ->
            counts(queries)
                .feed(timed(1000, 0, 0, bounds), timed(1000, 0, 0, "0.02", "+Inf"), 1000))
        .hasMessageContaining("other bounds");
    assertThatThrownBy(() ->
            timed.feed(
                timed(1020, 90, 100, "0.01", "0.1", "+Inf"), timed(1020, 9, 9, bounds), 1020))
        .as("one that has disappeared does not stop the count without a word")
        .hasMessageContaining("has the bounds [0.01, 0.1, Infinity], and there were");
    SideCounts.Found good = found(series("x", "200", 1000, 500));
    assertThat(counts(QUERIES).feed(good, good, 1000).tallies().getFirst().slower())
        .as("nobody told")
        .isEmpty();
  }
}
