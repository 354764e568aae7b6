package dev.landfall.adapter.postgres;

/** What {@link SchemaCarrier} cannot make: whoever has it makes the schema himself. */
final class Uncarried {
  private static final String REMEDY =
      ", 'make the schema on the target yourself (pg_dump --schema-only), and say schema: given'";

  /** That something is a user's own and no extension's; with the alias n of its schema. */
  private static String own(String catalog, String oid) {
    return " WHERE " + CopyTable.OUR_SCHEMAS_NOT + " AND " + CopyTable.ofNoExtension(catalog, oid);
  }

  private static String kind(String catalog, String alias, String kind, String name, String where) {
    return "SELECT '"
        + kind
        + " ' || format('%I.%I', n.nspname, "
        + name
        + "), 'it cannot be carried over'"
        + REMEDY
        + " FROM "
        + catalog
        + " "
        + alias
        + " JOIN pg_namespace n ON n.oid = "
        + alias
        + "."
        + where
        + own(catalog, alias + ".oid");
  }

  static final String SQL =
      String.join(
          " UNION ALL ",
          kind("pg_operator", "o", "operator", "o.oprname", "oprnamespace"),
          kind("pg_opclass", "o", "operator class", "o.opcname", "opcnamespace"),
          kind("pg_conversion", "o", "conversion", "o.conname", "connamespace"),
          kind("pg_ts_config", "o", "text search configuration", "o.cfgname", "cfgnamespace"),
          kind("pg_ts_dict", "o", "text search dictionary", "o.dictname", "dictnamespace"),
          kind("pg_ts_parser", "o", "text search parser", "o.prsname", "prsnamespace"),
          kind("pg_type", "o", "base type", "o.typname", "typnamespace")
              + " AND o.typtype = 'b' AND o.typelem = 0",
          kind("pg_class", "o", "typed table", "o.relname", "relnamespace")
              + " AND o.reloftype > 0",
          kind("pg_proc", "o", "function in C", "o.proname", "pronamespace")
              + " AND o.prolang IN (SELECT oid FROM pg_language WHERE lanname IN ('c', 'internal'))"
              + " AND o.prokind <> 'a' AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid ="
              + " 'pg_proc'::regclass AND x.objid = o.oid AND x.deptype = 'i')",
          kind("pg_proc", "o", "aggregate", "o.proname", "pronamespace")
              + " AND EXISTS (SELECT FROM pg_aggregate a WHERE a.aggfnoid = o.oid"
              + " AND (a.aggkind <> 'n' OR a.aggmtransfn <> 0 OR a.aggserialfn <> 0"
              + " OR a.aggsortop <> 0))",
          "SELECT 'cast ' || format_type(o.castsource, NULL) || ' to '"
              + " || format_type(o.casttarget, NULL), 'it cannot be carried over'"
              + REMEDY
              + " FROM pg_cast o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend x"
              + " WHERE x.classid = 'pg_cast'::regclass AND x.objid = o.oid"
              + " AND x.deptype IN ('e', 'i'))",
          "SELECT 'language ' || quote_ident(o.lanname), 'it cannot be carried over'"
              + REMEDY
              + " FROM pg_language o WHERE o.oid >= 16384 AND "
              + CopyTable.ofNoExtension("pg_language", "o.oid"));

  private Uncarried() {}
}
