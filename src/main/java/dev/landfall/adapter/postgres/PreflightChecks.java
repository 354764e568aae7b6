package dev.landfall.adapter.postgres;

import static dev.landfall.adapter.postgres.PreflightCode.*;
import static dev.landfall.problem.Finding.Severity.BLOCKS;
import static dev.landfall.problem.Finding.Severity.INFORMS;
import static dev.landfall.problem.Finding.Severity.WARNS;

import dev.landfall.problem.Finding;
import java.util.List;

/**
 * The checks that need one side only: each a query that answers a row a finding, of three columns:
 * the subject, what was seen, and the remedy.
 */
final class PreflightChecks {
  /** One check of one side. */
  record Check(PreflightCode code, Finding.Severity severity, String sql) {}

  private static final String OWN =
      CopyTable.OUR_SCHEMAS_NOT + " AND " + CopyTable.ofNoExtension("pg_class", "c.oid");
  private static final String RELATIONS =
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace ";
  private static final String NAME = "format('%I.%I', n.nspname, c.relname)";

  private static final Check LOG_LEVEL =
      new Check(
          WAL_LEVEL,
          BLOCKS,
          """
          SELECT '', 'wal_level is ' || current_setting('wal_level'),
                 'ALTER SYSTEM SET wal_level = logical, then restart the server'
          WHERE current_setting('wal_level') <> 'logical'
          """);

  /** What both sides need, because each is origin and follower in its turn. */
  static final List<Check> BOTH =
      List.of(
          LOG_LEVEL,
          new Check(
              STANDBY,
              BLOCKS,
              "SELECT '', 'the server is a standby', 'name the primary in the workload file'"
                  + " WHERE pg_is_in_recovery()"),
          new Check(
              SLOTS,
              BLOCKS,
              """
              SELECT '', used || ' of max_replication_slots = ' || most || ' are in use; 2 are needed',
                     'ALTER SYSTEM SET max_replication_slots = ' || used + 4 || ', then restart'
              FROM (SELECT count(*) AS used, current_setting('max_replication_slots')::int AS most
                    FROM pg_replication_slots WHERE slot_name NOT LIKE 'landfall%') s
              WHERE most - used < 2
              """),
          new Check(
              WAL_SENDERS,
              BLOCKS,
              """
              SELECT '', used || ' of max_wal_senders = ' || most || ' are in use; 2 are needed',
                     'ALTER SYSTEM SET max_wal_senders = ' || used + 4 || ', then restart'
              FROM (SELECT count(*) AS used, current_setting('max_wal_senders')::int AS most
                    FROM pg_stat_replication WHERE application_name NOT LIKE 'landfall%') s
              WHERE most - used < 2
              """),
          new Check(
              WORKERS,
              BLOCKS,
              """
              SELECT '', name || ' = ' || setting || '; at least ' || least_needed || ' are needed',
                     'ALTER SYSTEM SET ' || name || ' = ' || least_needed + 4 || ', then restart'
              FROM (SELECT name, setting::int AS setting,
                           CASE name WHEN 'max_worker_processes' THEN 4 ELSE 2 END
                           + (SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL
                                AND subname NOT LIKE 'landfall%') AS least_needed
                    FROM pg_settings WHERE name IN ('max_worker_processes',
                      'max_logical_replication_workers', 'max_active_replication_origins')) s
              WHERE setting < least_needed
              """),
          new Check(
              WORKERS,
              BLOCKS,
              """
              SELECT '', used || ' of ' || name || ' = ' || most || ' are taken by other links; 1 is needed',
                     'ALTER SYSTEM SET ' || name || ' = ' || used + 4 || ', then restart'
              FROM (SELECT name, current_setting(name)::int AS most,
                           (SELECT count(*) FROM pg_replication_origin WHERE roname NOT IN (
                             SELECT 'pg_' || oid FROM pg_subscription
                             WHERE subname LIKE 'landfall%')) AS used
                    FROM (SELECT CASE WHEN current_setting('server_version_num')::int >= 180000
                      THEN 'max_active_replication_origins' ELSE 'max_replication_slots' END) n(name)) s
              WHERE most - used < 1
              """),
          new Check(
              CONNECTIONS,
              BLOCKS,
              """
              SELECT '', left_over || ' connections are free; 12 are needed',
                     'ALTER SYSTEM SET max_connections = '
                     || current_setting('max_connections')::int + 20 || ', then restart'
              FROM (SELECT current_setting('max_connections')::int
                      - current_setting('superuser_reserved_connections')::int - count(*)
                      AS left_over FROM pg_stat_activity WHERE backend_type = 'client backend') s
              WHERE left_over < 12
              """),
          new Check(
              RETRY_INTERVAL,
              WARNS,
              """
              SELECT '', 'wal_retrieve_retry_interval is ' || setting
                     || ' ms, and a new link may wait as long for its first row',
                     'ALTER SYSTEM SET wal_retrieve_retry_interval = ''100ms'';'
                     || ' SELECT pg_reload_conf()'
              FROM pg_settings
              WHERE name = 'wal_retrieve_retry_interval' AND setting::int > 1000
              """),
          new Check(
              PREPARED,
              BLOCKS,
              """
              SELECT gid, 'prepared ' || prepared || ' by ' || owner
                     || '; it holds locks on which the fence would wait',
                     'COMMIT PREPARED ' || quote_literal(gid) || ' or ROLLBACK PREPARED'
              FROM pg_prepared_xacts WHERE database = current_database()
              """),
          new Check(
              LONG_TRANSACTION,
              WARNS,
              """
              SELECT 'process ' || pid, 'a transaction of ' || coalesce(usename, 'nobody')
                     || ' has been open since ' || date_trunc('second', xact_start)
                     || '; a slot is made only after it ends',
                     'end it, or SELECT pg_terminate_backend(' || pid || ')'
              FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND xact_start < now() - interval '60 seconds' AND backend_type = 'client backend'
                AND application_name NOT LIKE 'landfall%'
              """),
          new Check(
              TRIGGER_ON_REPLICA,
              BLOCKS,
              "SELECT "
                  + NAME
                  + """
                   , 'trigger ' || quote_ident(t.tgname) || ' fires for rows that are replicated too',
                  'ALTER TABLE ' || format('%I.%I', n.nspname, c.relname) || ' ENABLE TRIGGER '
                  || quote_ident(t.tgname)
                  """
                  + RELATIONS
                  + " JOIN pg_trigger t ON t.tgrelid = c.oid WHERE t.tgenabled IN ('A', 'R')"
                  + " AND NOT t.tgisinternal AND t.tgfoid NOT IN (SELECT oid FROM pg_proc"
                  + " WHERE pronamespace = to_regnamespace('landfall')) AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              PUBLICATION,
              INFORMS,
              "SELECT quote_ident(pubname), 'a publication is there already',"
                  + " 'make it on the target too, if somebody still follows after the promotion'"
                  + " FROM pg_publication WHERE pubname NOT LIKE 'landfall%'"),
          new Check(
              SUBSCRIPTION,
              WARNS,
              "SELECT quote_ident(subname), 'a subscription writes here by itself and would go"
                  + " around the fence', 'ALTER SUBSCRIPTION ' || quote_ident(subname)"
                  + " || ' DISABLE before the cutover' FROM pg_subscription WHERE subdbid ="
                  + " (SELECT oid FROM pg_database WHERE datname = current_database())"
                  + " AND subname NOT LIKE 'landfall%'"),
          new Check(
              EVENT_TRIGGER,
              WARNS,
              "SELECT quote_ident(evtname), 'an event trigger on ' || evtevent"
                  + " || ' is not carried, and may fire on what is made here',"
                  + " 'make it on the target after the promotion, if it is wanted'"
                  + " FROM pg_event_trigger WHERE evtname NOT LIKE 'landfall%'"
                  + " AND evtenabled <> 'D'"));

  /** What only the source has. */
  static final List<Check> SOURCE =
      List.of(
          new Check(
              NO_TABLES,
              BLOCKS,
              "SELECT '', 'the database has no tables', 'name the database that has, or leave the"
                  + " asset out until it does'"
                  + " WHERE NOT EXISTS (SELECT"
                  + RELATIONS
                  + " WHERE c.relkind = 'r' AND "
                  + OWN
                  + ")"),
          new Check(
              NO_KEY,
              BLOCKS,
              "SELECT "
                  + NAME
                  + ", 'the table has neither a primary key nor an index as its replica identity',"
                  + " 'ALTER TABLE ' || "
                  + NAME
                  + " || ' ADD PRIMARY KEY (...)'"
                  + RELATIONS
                  + """
                   WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND NOT EXISTS (
                    SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid
                      AND (i.indisprimary OR i.indisreplident)) AND
                  """
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              REPLICA_IDENTITY,
              BLOCKS,
              "SELECT "
                  + NAME
                  + ", 'its replica identity is NOTHING: updates and deletes would fail once it is"
                  + " published', 'ALTER TABLE ' || "
                  + NAME
                  + " || ' REPLICA IDENTITY DEFAULT'"
                  + RELATIONS
                  + " WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND c.relreplident = 'n'"
                  + " AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              LARGE_OBJECTS,
              BLOCKS,
              "SELECT '', count(*) || ' large objects, which logical replication does not carry',"
                  + " 'move them into bytea columns, then SELECT lo_unlink(oid) FROM"
                  + " pg_largeobject_metadata' FROM pg_largeobject_metadata HAVING count(*) > 0"),
          new Check(
              UNLOGGED,
              BLOCKS,
              "SELECT "
                  + NAME
                  + ", 'the table is unlogged: its writes are not in the log and cannot be"
                  + " followed', 'ALTER TABLE ' || "
                  + NAME
                  + " || ' SET LOGGED'"
                  + RELATIONS
                  + " WHERE c.relkind = 'r' AND c.relpersistence = 'u' AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              EXTENSION_DATA,
              WARNS,
              "SELECT quote_ident(e.extname), 'the extension keeps rows in ' ||"
                  + " array_to_string(ARRAY(SELECT k::regclass FROM unnest(e.extconfig) k), ', ')"
                  + " || ', which are not carried', 'copy them by hand if they were changed' FROM"
                  + " pg_extension e WHERE EXISTS (SELECT FROM unnest(e.extconfig) k JOIN pg_class"
                  + " c ON c.oid = k WHERE c.relkind = 'r' AND c.reltuples > 0)"),
          new Check(
              FOREIGN_TABLE,
              WARNS,
              "SELECT "
                  + NAME
                  + ", 'a foreign table: its rows are elsewhere, and it is not carried',"
                  + " 'make its server, user mapping and table on the target'"
                  + RELATIONS
                  + " WHERE c.relkind = 'f' AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              PARTITIONED,
              INFORMS,
              "SELECT "
                  + NAME
                  + """
                   , 'partitioned into ' || (SELECT count(*) FROM pg_partition_tree(c.oid) p
                      WHERE p.isleaf) || ' leaves, each of which is copied, followed and fenced',
                  'add or drop no partition while linked'
                  """
                  + RELATIONS
                  + " WHERE c.relkind = 'p' AND NOT c.relispartition AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              GENERATED,
              INFORMS,
              "SELECT '', count(*) || ' generated columns, computed anew on the target',"
                  + " 'nothing to do, if their functions give the same there'"
                  + RELATIONS
                  + " JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attgenerated <> '' AND"
                  + " NOT a.attisdropped AND c.relkind IN ('r', 'p') AND "
                  + OWN
                  + " HAVING count(*) > 0"),
          new Check(
              SEQUENCES,
              INFORMS,
              "SELECT '', count(*) || ' sequences, ' || count(*) FILTER (WHERE d.deptype = 'i')"
                  + " || ' of identity columns and ' || count(*) FILTER (WHERE d.deptype IS NULL)"
                  + " || ' owned by no column: all are moved on at the cutover', 'nothing to do'"
                  + RELATIONS
                  + " LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid"
                  + " AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0"
                  + " WHERE c.relkind = 'S' AND "
                  + OWN
                  + " HAVING count(*) > 0"),
          new Check(
              MATERIALIZED_VIEW,
              INFORMS,
              "SELECT "
                  + NAME
                  + ", 'a materialized view: filled once on the target, and not followed',"
                  + " 'REFRESH MATERIALIZED VIEW ' || "
                  + NAME
                  + " || ' on the target after the promotion'"
                  + RELATIONS
                  + " WHERE c.relkind = 'm' AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              ROW_SECURITY,
              BLOCKS,
              "SELECT "
                  + NAME
                  + ", 'row security hides rows from ' || current_user, 'ALTER TABLE ' || "
                  + NAME
                  + " || ' NO FORCE ROW LEVEL SECURITY; GRANT ' || quote_ident("
                  + "pg_get_userbyid(c.relowner)) || ' TO ' || quote_ident(current_user)"
                  + RELATIONS
                  + " WHERE c.relkind = 'r' AND c.relrowsecurity AND row_security_active(c.oid)"
                  + " AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              RULE,
              WARNS,
              "SELECT "
                  + NAME
                  + ", 'rule ' || quote_ident(r.rulename) || ' does not apply to rows that are"
                  + " replicated', 'nothing to do, if the rows it writes are in this database'"
                  + RELATIONS
                  + " JOIN pg_rewrite r ON r.ev_class = c.oid WHERE c.relkind IN ('r', 'p') AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              INVALID_INDEX,
              WARNS,
              "SELECT "
                  + NAME
                  + ", 'the index is not valid and is not carried', 'REINDEX INDEX CONCURRENTLY '"
                  + " || "
                  + NAME
                  + RELATIONS
                  + " JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relkind = 'i'"
                  + " AND NOT i.indisvalid AND "
                  + OWN
                  + " ORDER BY 1"),
          new Check(
              GRANTS,
              INFORMS,
              """
              SELECT '', 'owners (' || (SELECT string_agg(DISTINCT quote_ident(
                       pg_get_userbyid(c.relowner)), ', ')
              """
                  + RELATIONS
                  + " WHERE "
                  + OWN
                  + """
                   ) || ') and the grants on ' || (SELECT count(*)
                  """
                  + RELATIONS
                  + " WHERE c.relacl IS NOT NULL AND "
                  + OWN
                  + """
                   ) || ' objects are not carried',
                  'make the roles and grants on the target before the promotion'
                  """),
          new Check(
              SETTINGS,
              INFORMS,
              """
              SELECT coalesce('role ' || quote_ident(r.rolname), 'database'),
                     'settings that are not carried: '
                     || array_to_string(ARRAY(SELECT split_part(o, '=', 1) FROM unnest(s.setconfig) o),
                        ', '), 'ALTER DATABASE or ALTER ROLE ... SET on the target'
              FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
              WHERE s.setdatabase = (SELECT oid FROM pg_database
                                     WHERE datname = current_database())
              """),
          new Check(
              SIZE,
              INFORMS,
              "SELECT '', count(*) || ' tables, ' || pg_size_pretty(coalesce(sum("
                  + "pg_table_size(c.oid)), 0)), 'nothing to do'"
                  + RELATIONS
                  + " WHERE c.relkind = 'r' AND "
                  + OWN));

  private PreflightChecks() {}
}
