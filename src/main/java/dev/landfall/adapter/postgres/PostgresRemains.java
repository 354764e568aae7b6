package dev.landfall.adapter.postgres;

import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Side;
import java.util.List;
import java.util.Optional;

/** What Landfall leaves on a side that is given up, and the SQL that removes it by hand. */
public final class PostgresRemains {
  /** A lost owner comes back open. On one line, like the others, to be copied as a whole. */
  private static final String CLOSE_FENCE =
      "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT tgrelid FROM pg_trigger WHERE tgname ="
          + " 'landfall_fence' AND tgenabled <> 'O' LOOP EXECUTE 'ALTER TABLE ' || t::text"
          + " || ' ENABLE TRIGGER landfall_fence'; END LOOP; END $$;";

  private PostgresRemains() {}

  /**
   * Statements for the lost side of one asset, in their order, to be run as its owner or as a
   * superuser when it comes back and no controller does it. The fence is closed first and stays: it
   * is what keeps applications with an old address from writing there.
   */
  public static List<String> sql(String workload, Asset.Data asset, Side lost) {
    LinkNames names = names(workload, asset);
    String subscription = names.link(lost.other());
    return List.of(
        CLOSE_FENCE,
        "ALTER SUBSCRIPTION " + subscription + " DISABLE;",
        "ALTER SUBSCRIPTION " + subscription + " SET (slot_name = NONE);",
        "DROP SUBSCRIPTION " + subscription + ";",
        drop("PUBLICATION", names.tables()),
        drop("PUBLICATION", names.marker()),
        drop("PUBLICATION", names.watch(lost)),
        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active AND"
            + slots(names, lost),
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE"
            + slots(names, lost));
  }

  /** What is ours on both sides of an asset. */
  static LinkNames names(String workload, Asset.Data asset) {
    return LinkNames.of(workload, asset.name(), database(asset.source()), database(asset.target()));
  }

  private static String drop(String kind, String name) {
    return "DROP " + kind + " IF EXISTS " + name + ";";
  }

  private static String slots(LinkNames names, Side lost) {
    return " slot_name IN ('" + names.link(lost) + "', '" + names.watch(lost) + "');";
  }

  private static String database(Endpoint endpoint) {
    return PostgresServer.of(endpoint, Optional.empty()).database();
  }
}
