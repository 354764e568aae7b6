package dev.landfall.adapter.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class LeaseDialectTest {
  private final LeaseDialect dialect = new LeaseDialect(() -> Set.of("shop"));

  @Test
  void threadsThatReadTimesAtOnceGetTheirOwn() throws Exception {
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (var wrong : threads.invokeAll(List.of(reader(1_000), reader(2_000_000_000_000L)))) {
        assertThat(wrong.get()).as("times that were another thread's").isZero();
      }
    }
  }

  private Callable<Integer> reader(long millis) {
    return () -> {
      int wrong = 0;
      try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:");
          var statement = connection.prepareStatement("SELECT ?1 AS at")) {
        dialect.setInstant(statement, 1, Instant.ofEpochMilli(millis));
        try (var rows = statement.executeQuery()) {
          rows.next();
          for (int i = 0; i < 200_000; i++) {
            wrong += Instant.ofEpochMilli(millis).equals(dialect.getInstant(rows, "at")) ? 0 : 1;
          }
        }
      }
      return wrong;
    };
  }

  @Test
  void anAbsentTimeStaysAbsent() throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        var statement = connection.prepareStatement("SELECT ?1 AS at")) {
      dialect.setInstant(statement, 1, null);
      try (var rows = statement.executeQuery()) {
        rows.next();
        assertThat(dialect.getInstant(rows, "at")).isNull();
      }
    }
  }
}
