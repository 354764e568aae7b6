package dev.landfall.adapter.postgres;

import dev.landfall.adapter.postgres.PgOutput.Message;
import dev.landfall.adapter.postgres.PgOutput.Values;
import dev.landfall.engine.Pseudonyms;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Turns the messages of one stream into the keys of rows that the link did not write. */
final class WatchedChanges {
  /**
   * One row written.
   *
   * @param key as text; empty when the row cannot be told, so that it may be any of the table
   * @param description for people
   * @param committed the place of the transaction's commit record
   * @param ours whether it was written here; otherwise another server's write arrived, by a
   *     subscription that is not Landfall's
   * @param adds whether the row is new
   */
  record Change(
      TableName table,
      List<String> key,
      String description,
      long committed,
      boolean ours,
      boolean adds) {}

  /** Says whether a transaction's origin is the link. */
  interface Origins {
    boolean isLink(String name) throws SQLException;
  }

  /** A table of the stream. */
  private record Known(TableName table, Optional<KeyedTable> keyed, List<Integer> keyPositions) {}

  private final Map<TableName, KeyedTable> tables;
  private final Origins origins;
  private final Pseudonyms names;
  private final Consumer<Change> sink;
  private final LongConsumer arrived;
  private final Map<Integer, Known> known = new HashMap<>();
  private boolean within;
  private boolean link;
  private boolean ours;
  private boolean adds;
  private long committed;

  WatchedChanges(Map<TableName, KeyedTable> tables, Origins origins, Consumer<Change> sink) {
    this(tables, origins, Pseudonyms.withoutKey(), sink, _ -> {});
  }

  /**
   * @param names of what could be somebody's in a key
   * @param arrived told where the commit of each of the other side's transactions ends there, when
   *     the link has carried it here
   */
  WatchedChanges(
      Map<TableName, KeyedTable> tables,
      Origins origins,
      Pseudonyms names,
      Consumer<Change> sink,
      LongConsumer arrived) {
    this.tables = tables;
    this.origins = origins;
    this.names = names;
    this.sink = sink;
    this.arrived = arrived;
  }

  /** Whether a transaction has begun and not ended. */
  boolean within() {
    return within;
  }

  /**
   * Takes one message.
   *
   * @param position up to where everything has been read
   * @return up to where everything has been read with it
   */
  long take(Message message, long position) throws SQLException {
    switch (message) {
      case Message.Begin begin -> {
        within = true;
        link = false;
        ours = true;
        committed = begin.commit();
      }
      case Message.Origin origin -> {
        link = origins.isLink(origin.name());
        ours = false;
        if (link) {
          arrived.accept(origin.end());
        }
      }
      case Message.Commit commit -> {
        within = false;
        return commit.end();
      }
      case Message.Relation relation -> learn(relation);
      case Message.Insert insert -> {
        adds = true;
        changed(insert.id(), insert.row());
        adds = false;
      }
      case Message.Update update -> updated(update);
      case Message.Delete delete -> changed(delete.id(), delete.before());
      case Message.Truncate truncate ->
          truncate.ids().forEach(id -> tell(table(id), List.of(), "every row, by TRUNCATE"));
      case Message.Other other -> {}
    }
    return position;
  }

  private void learn(Message.Relation relation) {
    Optional<KeyedTable> keyed = Optional.ofNullable(tables.get(relation.table()));
    var positions = new ArrayList<Integer>();
    keyed.ifPresent(table ->
        table.key().forEach(column -> positions.add(relation.columns().indexOf(column.name()))));
    known.put(relation.id(), new Known(relation.table(), keyed, positions));
  }

  private void updated(Message.Update update) {
    Known table = table(update.id());
    Optional<List<String>> before = update.before().flatMap(row -> key(table, row));
    Optional<List<String>> after = key(table, update.row());
    if (before.isPresent() && !before.equals(after)) {
      tell(table, before.get());
    }
    if (after.isPresent()) {
      tell(table, after.get());
    } else if (before.isEmpty()) {
      tell(table, List.of());
    }
  }

  private void changed(int id, Values row) {
    Known table = table(id);
    tell(table, key(table, row).orElse(List.of()));
  }

  private Known table(int id) {
    return Objects.requireNonNull(known.get(id), "pgoutput names a table before it is told");
  }

  /** The key's values; absent when one of them is not told. */
  private static Optional<List<String>> key(Known table, Values row) {
    var values = new ArrayList<String>();
    for (int position : table.keyPositions()) {
      if (position < 0 || row.cells().get(position).isEmpty()) {
        return Optional.empty();
      }
      values.add(row.cells().get(position).get());
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(values);
  }

  private void tell(Known table, List<String> key) {
    String description =
        key.isEmpty()
            ? "a row without a key"
            : table.keyed().map(keyed -> keyed.describe(key, names)).orElse("a row");
    tell(table, key, description);
  }

  private void tell(Known table, List<String> key, String description) {
    if (!link) {
      sink.accept(new Change(table.table(), key, description, committed, ours, adds));
    }
  }
}
