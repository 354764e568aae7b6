package dev.landfall.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  @Test
  void whatIsTheSameHasNotChanged() {
    var one = new Configuration(Map.of("server version", "18.6", "setting work_mem", "4096kB"));
    var same = new Configuration(Map.of("setting work_mem", "4096kB", "server version", "18.6"));
    assertThat(one.changesTo(same)).isEmpty();
    assertThat(Configuration.NONE.changesTo(Configuration.NONE)).isEmpty();
  }

  @Test
  void everyChangeIsNamedWithWhatItWasAndWhatItIs() {
    var before = new Configuration(Map.of("a", "1", "b", "2", "c", "3"));
    var after = new Configuration(Map.of("b", "2", "c", "4", "d", "5"));
    assertThat(before.changesTo(after))
        .containsExactly("a is gone; it was 1", "c was 3 and is 4", "d is new: 5");
  }

  @Test
  void thingsOfTwoAssetsAreToldApart() {
    var one = new Configuration(Map.of("server version", "18.6"));
    var all = Configuration.NONE.with("orders: ", one).with("stock: ", one);
    assertThat(all.traits()).containsOnlyKeys("orders: server version", "stock: server version");
  }
}
