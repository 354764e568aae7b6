package dev.landfall.adapter.postgres;

import dev.landfall.problem.ProblemCode;

/**
 * Every kind of finding that {@link Preflight} knows of its own, by the code it is reported under.
 * When a server does not answer or refuses, that is reported under the code of {@link
 * PostgresProblem}.
 */
enum PreflightCode implements ProblemCode {
  VERSION("postgres-version"),
  VERSION_ORDER("postgres-version-order"),
  SAME_DATABASE("postgres-same-database"),
  STANDBY("postgres-standby"),
  WAL_LEVEL("postgres-wal-level"),
  SLOTS("postgres-slots"),
  WAL_SENDERS("postgres-wal-senders"),
  WORKERS("postgres-workers"),
  CONNECTIONS("postgres-connections"),
  LOCKS("postgres-locks"),
  RETRY_INTERVAL("postgres-retry-interval"),
  SLOT_LIMIT("postgres-slot-limit"),
  ENCODING("postgres-encoding"),
  COLLATION("postgres-collation"),
  EXTENSION_MISSING("postgres-extension-missing"),
  EXTENSION_VERSION("postgres-extension-version"),
  EXTENSION_DATA("postgres-extension-data"),
  NO_TABLES("postgres-no-tables"),
  NO_KEY("postgres-no-key"),
  REPLICA_IDENTITY("postgres-replica-identity"),
  LARGE_OBJECTS("postgres-large-objects"),
  UNLOGGED("postgres-unlogged"),
  PREPARED("postgres-prepared-transactions"),
  LONG_TRANSACTION("postgres-long-transaction"),
  TRIGGER_ON_REPLICA("postgres-trigger-on-replica"),
  NOT_EMPTY("postgres-not-empty"),
  SCHEMA_DIFFERS("postgres-schema-differs"),
  CANNOT_CARRY("postgres-cannot-carry"),
  ROLE_MISSING("postgres-role-missing"),
  FOREIGN_TABLE("postgres-foreign-table"),
  PARTITIONED("postgres-partitioned"),
  GENERATED("postgres-generated-column"),
  SEQUENCES("postgres-sequences"),
  MATERIALIZED_VIEW("postgres-materialized-view"),
  EVENT_TRIGGER("postgres-event-trigger"),
  ROW_SECURITY("postgres-row-security"),
  RULE("postgres-rule"),
  PUBLICATION("postgres-publication"),
  SUBSCRIPTION("postgres-subscription"),
  INVALID_INDEX("postgres-invalid-index"),
  GRANTS("postgres-grants"),
  SETTINGS("postgres-settings"),
  RIGHT_REPLICATION("postgres-right-replication"),
  RIGHT_SUBSCRIBE("postgres-right-subscribe"),
  RIGHT_CREATE("postgres-right-create"),
  RIGHT_CREATE_DATABASE("postgres-right-create-database"),
  RIGHT_REHEARSAL_ROLE("postgres-right-rehearsal-role"),
  RIGHT_ALTER_ROLE("postgres-right-alter-role"),
  RIGHT_OWNER("postgres-right-owner"),
  RIGHT_READ("postgres-right-read"),
  RIGHT_REPLICA_ROLE("postgres-right-replica-role"),
  TWO_WAY_VERSION("postgres-two-way-version"),
  TWO_WAY_TABLE("postgres-two-way-table"),
  TWO_WAY_SEQUENCE("postgres-two-way-sequence"),
  SIZE("postgres-size");

  private final String id;

  PreflightCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
