package dev.landfall.adapter.postgres;

/**
 * One thing of a schema, and the statement that makes it.
 *
 * @param id what it is, the same on both sides: {@code table public.orders}
 * @param table the table that it belongs to, quoted; empty when it belongs to none
 * @param sql one or more statements
 * @param bytes the size of that table's heap, which tells how long an index takes; else 0
 */
record SchemaItem(Phase phase, String id, String table, String sql, long bytes) {
  /** The order of making. What depends on something later in the same phase is tried again. */
  enum Phase {
    SCHEMA,
    EXTENSION,
    COLLATION,
    TYPE,
    SEQUENCE,
    FUNCTION,
    TABLE,
    OWNED_SEQUENCE,
    PARTITION,
    KEY_OR_INDEX,
    PARTITIONED_KEY_OR_INDEX,
    INDEX_PARTITION,
    REPLICA_IDENTITY,
    LATE_CHECK,
    FOREIGN_KEY,
    VIEW,
    VIEW_INDEX,
    VIEW_DEFAULT,
    STATISTICS,
    RULE,
    TRIGGER,
    ROW_SECURITY,
    COMMENT;

    boolean beforeRows() {
      return compareTo(PARTITION) <= 0;
    }

    /** Whether it may be in want of something of a later phase: then it is tried there again. */
    boolean mayWait() {
      return this == FUNCTION;
    }

    /** Whether one that is there already is as good, whatever it looks like. */
    boolean anyWillDo() {
      return this == SCHEMA || this == EXTENSION || this == COMMENT;
    }
  }
}
