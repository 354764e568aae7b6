package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Asset;
import dev.landfall.workload.Bandwidth;
import dev.landfall.workload.Route;
import dev.landfall.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadFileTest {
  @Test
  void theShopIsReadAsWritten() {
    Workload shop = right(WorkloadFile.read(Path.of("examples/shop.yaml")));

    assertThat(shop.name()).isEqualTo("shop");
    assertThat(shop.owner()).isEqualTo("retail-apps");
    assertThat(shop.assets()).extracting(Asset::name).containsExactly("orders", "web");
    assertThat(shop.data().getFirst().source().url()).isEqualTo("postgresql://10.1.0.4:5432/shop");
    assertThat(shop.data().getFirst().source().password().orElseThrow())
        .hasToString("env:SHOP_SOURCE_PASSWORD");
    assertThat(shop.routes().getFirst().token().orElseThrow()).hasToString("env:ROUTER_TOKEN");
    assertThat(shop.service(shop.routes().getFirst()).health()).contains("/healthz");
    assertThat(shop.limits().bandwidth()).contains(Bandwidth.parse("200 Mbit/s"));
    assertThat(shop.limits().soak()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void anHaproxyIsReachedByASocketOfAFileOrByAPort(@TempDir Path folder) throws Exception {
    String text = Files.readString(Path.of("examples/behind-haproxy.yaml"));
    for (String control : List.of("unix:/run/haproxy-master.sock", "10.0.0.5:9999", "[::1]:9")) {
      Path file = folder.resolve("notes.yaml");
      Files.writeString(file, text.replace("unix:/run/haproxy-master.sock", control));
      Route route = right(WorkloadFile.read(file)).routes().getFirst();
      assertThat(route.kind()).isEqualTo("haproxy");
      assertThat(route.control()).isEqualTo(control);
    }
    for (String control : List.of("unix:run", "http://10.0.0.5:9999", "10.0.0.5", "a b:1")) {
      Path file = folder.resolve("notes.yaml");
      Files.writeString(file, text.replace("unix:/run/haproxy-master.sock", control));
      assertThat(WorkloadFile.read(file)).isInstanceOf(WorkloadFile.Wrong.class);
    }
  }

  static Workload right(WorkloadFile.Read read) {
    return switch (read) {
      case WorkloadFile.Right(var workload) -> workload;
      case WorkloadFile.Wrong(var mistakes) -> throw new AssertionError(mistakes);
    };
  }
}
