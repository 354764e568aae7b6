-- db-scheduler's table, as its documentation has it for SQLite; times are milliseconds since 1970.
CREATE TABLE scheduled_tasks (
  task_name            TEXT NOT NULL,
  task_instance        TEXT NOT NULL,
  task_data            BLOB,
  execution_time       INTEGER NOT NULL,
  picked               INTEGER NOT NULL,
  picked_by            TEXT,
  last_success         INTEGER,
  last_failure         INTEGER,
  consecutive_failures INTEGER,
  last_heartbeat       INTEGER,
  version              INTEGER NOT NULL,
  priority             INTEGER,
  PRIMARY KEY (task_name, task_instance)
) STRICT;

-- The workloads that somebody wants looked at, kept until their work begins.
CREATE TABLE wake (
  workload TEXT PRIMARY KEY
) STRICT;
