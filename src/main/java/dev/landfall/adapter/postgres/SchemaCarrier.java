package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.sql.SQLException;
import java.util.function.Consumer;

/** Carries the schema over. */
final class SchemaCarrier {
  private final PostgresServer target;

  SchemaCarrier(PostgresServer source, PostgresServer target, boolean given, int workers) {
    this.target = target;
  }

  void beforeRows() {
    try (var session = target.connect("schema")) {
      CopyLedger.install(session);
    } catch (SQLException e) {
      throw TableCopier.failed("the schema", e);
    }
  }

  void afterRows(Consumer<CopyProgress> progress) {}

  void stop() {}
}
