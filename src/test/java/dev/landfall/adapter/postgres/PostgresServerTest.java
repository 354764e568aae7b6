package dev.landfall.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.workload.Endpoint;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.Driver;

class PostgresServerTest {
  private static PostgresServer of(String url) {
    return PostgresServer.of(
        new Endpoint(url, Optional.of("migrator"), Optional.empty(), Map.of()), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "shop%3Fsslmode%3Ddisable,shop?sslmode=disable",
    "a+b,a+b",
    "50%25%20off,50% off",
    "caf%C3%A9%22,café\"",
    "'it%27s','it''s'"
  })
  void theDriverIsGivenTheNameOfTheDatabaseAndNothingElse(String written, String name) {
    PostgresServer server = of("postgresql://db.example:5433/" + written);
    assertThat(server.database()).isEqualTo(name);
    var seen = Objects.requireNonNull(Driver.parseURL(server.jdbcUrl(), null));
    assertThat(seen.getProperty("PGDBNAME")).isEqualTo(name);
    assertThat(seen.getProperty("sslmode")).isNull();
  }

  @Test
  void anAddressOfIpv6StandsInBracketsOnlyInUrls() {
    PostgresServer server = of("postgresql://[::1]:5433/shop");
    assertThat(server.jdbcUrl()).isEqualTo("jdbc:postgresql://[::1]:5433/shop");
    assertThat(server.conninfo("link")).contains("host='::1'");
  }
}
