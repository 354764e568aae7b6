package dev.landfall.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.cli.file.WorkloadFile;
import dev.landfall.engine.WorkloadJson;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a workload file says of Prometheus is what is asked, also after years in the journal. */
class PrometheusSettingsTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(routes:.*?)```");

  @Test
  void theExampleOfTheGuideIsReadAndKept() throws Exception {
    var guide = EXAMPLE.matcher(Files.readString(Path.of("docs/guide/verdicts.md")));
    assertThat(guide.find()).isTrue();
    Route route = route(guide.group(1));
    PrometheusSettings settings = PrometheusSettings.of(route).orElseThrow();
    assertThat(settings.url()).isEqualTo(URI.create("https://prometheus.example:9090"));
    assertThat(settings.authority()).contains(Path.of("/etc/landfall/prometheus-ca.pem"));
    assertThat(settings.stale()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.moved().errors())
        .isEqualTo("http_requests_total{job=\"shop\",side=\"cloud\",code=~\"5..\"}");
    assertThat(settings.stayed().requests())
        .isEqualTo("http_requests_total{job=\"shop\",side=\"onprem\"}");
    assertThat(settings.stayed().buckets()).isPresent();
    assertThat(PrometheusSettings.token(route).orElseThrow()).hasToString("env:PROMETHEUS_TOKEN");
  }

  @Test
  void whoComesIsAskedForAsTheGuideOfNamesSays() throws Exception {
    String guide = Files.readString(Path.of("docs/guide/plane-dns.md"));
    var name = EXAMPLE.matcher(guide);
    var arrivals = Pattern.compile("(?s)```yaml\n(    arrivals:.*?)```").matcher(guide);
    assertThat(name.find() && arrivals.find()).isTrue();
    Route route = route(name.group(1) + arrivals.group(1));
    PrometheusSettings settings = PrometheusSettings.ofArrivals(route).orElseThrow();
    assertThat(settings.url()).isEqualTo(URI.create("http://prometheus.example:9090"));
    assertThat(settings.stale()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.stayed().requests()).contains("side=\"onprem\"");
    assertThat(settings.moved().requests()).contains("side=\"cloud\"");
    assertThat(PrometheusSettings.tokenOfArrivals(route)).isEqualTo(Optional.empty());
    assertThat(PrometheusSettings.of(route)).as("nobody is judged by it").isEmpty();
  }

  @Test
  void aPlaneThatCountsByItselfHasNone() throws Exception {
    Route route = route("routes:\n  front: {kind: router, for: web, control: \"http://a:1\"}\n");
    assertThat(PrometheusSettings.of(route)).isEqualTo(Optional.empty());
  }

  private static Route route(String routes) {
    String file =
        """
        landfall: 1
        workload: shop
        owner: retail-apps
        model: single-step
        assets:
          web:
            kind: http
            source: { url: "http://10.1.0.5" }
            target: { url: "http://20.0.0.5" }
        """
            + routes;
    var read = WorkloadFile.parse("shop.yaml", file.getBytes(StandardCharsets.UTF_8));
    assertThat(read).isInstanceOf(WorkloadFile.Right.class);
    Workload written = ((WorkloadFile.Right) read).workload();
    Workload kept = WorkloadJson.read(WorkloadJson.write(written));
    assertThat(kept).isEqualTo(written);
    return kept.routes().getFirst();
  }
}
