package dev.landfall.adapter.postgres;

import dev.landfall.replication.CopyProgress;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.PGConnection;

/** Copies the rows of two tables whose schema is there already. */
final class PlainCopy implements InitialCopy {
  private static final String[] TABLES = {"public.note", "\"Odd Schema\".\"Part\""};
  private final PostgresServer source;
  private final PostgresServer target;

  PlainCopy(PostgresServer source, PostgresServer target) {
    this.source = source;
    this.target = target;
  }

  @Override
  public void schemaBeforeRows() {}

  @Override
  public void copyRows(Snapshot snapshot) {
    try (Connection from = source.connect("copy");
        Connection to = target.connect("copy")) {
      from.setAutoCommit(false);
      Links.execute(from, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      Links.execute(from, "SET TRANSACTION SNAPSHOT '" + snapshot.name() + "'");
      Links.execute(to, "INSERT INTO landfall.copying VALUES (session_user)");
      for (String table : TABLES) {
        var rows = new StringWriter();
        from.unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("COPY (SELECT * FROM " + table + ") TO STDOUT", rows);
        Links.execute(to, "TRUNCATE " + table);
        to.unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + table + " FROM STDIN", new StringReader(rows.toString()));
      }
      Links.execute(to, "DELETE FROM landfall.copying");
    } catch (SQLException | java.io.IOException e) {
      throw new IllegalStateException("cannot copy", e);
    }
  }

  @Override
  public void schemaAfterRows() {}

  @Override
  public Optional<CopyProgress> progress() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
