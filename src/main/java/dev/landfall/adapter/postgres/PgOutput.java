package dev.landfall.adapter.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages of the output plugin {@code pgoutput}, protocol version 1, values as text.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html">
 *     PostgreSQL, Logical Replication Message Formats</a>
 */
final class PgOutput {
  private PgOutput() {}

  /** One message. */
  sealed interface Message {
    /** A transaction begins; its commit record lies at {@code commit}. */
    record Begin(long commit) implements Message {}

    /** The transaction ends; its commit record ends before {@code end}. */
    record Commit(long end) implements Message {}

    /**
     * The transaction was made by applying another server's, whose commit ends at {@code end} in
     * that one's log.
     */
    record Origin(long end, String name) implements Message {}

    /**
     * What the number of a table stands for from here on.
     *
     * @param id the number of the table in the server's catalogs
     * @param identity those of the columns by which a change names the row that it replaces
     */
    record Relation(int id, TableName table, List<String> columns, List<String> identity)
        implements Message {}

    /** A row is new. */
    record Insert(int id, Values row) implements Message {}

    /** A row changed; {@code before} is told when its key did, or when the whole row counts. */
    record Update(int id, Optional<Values> before, Values row) implements Message {}

    /** A row is gone. */
    record Delete(int id, Values before) implements Message {}

    /** Tables are empty. */
    record Truncate(List<Integer> ids) implements Message {}

    /** Something that a watcher need not know. */
    record Other() implements Message {}
  }

  /** The values of a row by position; absent are NULL and what did not change and is not told. */
  record Values(List<Optional<String>> cells) {
    Values {
      cells = List.copyOf(cells);
    }
  }

  /**
   * Reads one message.
   *
   * @throws IllegalArgumentException when it is none of the protocol's first version
   */
  static Message read(ByteBuffer in) {
    char type = (char) in.get();
    return switch (type) {
      case 'B' -> new Message.Begin(in.getLong());
      case 'C' -> commit(in);
      case 'O' -> new Message.Origin(in.getLong(), string(in));
      case 'R' -> relation(in);
      case 'I' -> {
        int id = in.getInt();
        in.get();
        yield new Message.Insert(id, values(in));
      }
      case 'U' -> update(in);
      case 'D' -> {
        int id = in.getInt();
        in.get();
        yield new Message.Delete(id, values(in));
      }
      case 'T' -> truncate(in);
      case 'Y', 'M' -> new Message.Other();
      default -> throw new IllegalArgumentException("pgoutput sent a message of type " + type);
    };
  }

  private static Message commit(ByteBuffer in) {
    in.get();
    in.getLong();
    return new Message.Commit(in.getLong());
  }

  private static Message relation(ByteBuffer in) {
    int id = in.getInt();
    var table = new TableName(string(in), string(in));
    in.get();
    int count = in.getShort();
    var columns = new ArrayList<String>(count);
    var identity = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      boolean identifies = (in.get() & 1) != 0;
      columns.add(string(in));
      if (identifies) {
        identity.add(columns.getLast());
      }
      in.getInt();
      in.getInt();
    }
    return new Message.Relation(id, table, columns, identity);
  }

  private static Message update(ByteBuffer in) {
    int id = in.getInt();
    char kind = (char) in.get();
    Optional<Values> before = Optional.empty();
    if (kind != 'N') {
      before = Optional.of(values(in));
      in.get();
    }
    return new Message.Update(id, before, values(in));
  }

  private static Message truncate(ByteBuffer in) {
    int count = in.getInt();
    in.get();
    var ids = new ArrayList<Integer>(count);
    for (int i = 0; i < count; i++) {
      ids.add(in.getInt());
    }
    return new Message.Truncate(ids);
  }

  private static Values values(ByteBuffer in) {
    int count = in.getShort();
    var cells = new ArrayList<Optional<String>>(count);
    for (int i = 0; i < count; i++) {
      char kind = (char) in.get();
      switch (kind) {
        case 'n', 'u' -> cells.add(Optional.empty());
        case 't' -> {
          var bytes = new byte[in.getInt()];
          in.get(bytes);
          cells.add(Optional.of(new String(bytes, StandardCharsets.UTF_8)));
        }
        default -> throw new IllegalArgumentException("pgoutput sent a value of kind " + kind);
      }
    }
    return new Values(cells);
  }

  private static String string(ByteBuffer in) {
    int from = in.position();
    int to = from;
    while (in.get(to) != 0) {
      to++;
    }
    var bytes = new byte[to - from];
    in.get(bytes);
    in.get();
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
