package dev.landfall.adapter.backup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The programs that take a backup and restore it. Both are told where by the variables of libpq
 * ({@code PGHOST} and so on), and that folder by {@code LANDFALL_FOLDER}.
 *
 * @param take with its arguments; {@code LANDFALL_SNAPSHOT} names the snapshot to be backed up
 * @param restore with its arguments; the database is there, and empty
 * @param ours whether they are PostgreSQL's own, and know nothing of those variables of ours
 */
public record Tools(List<String> take, List<String> restore, boolean ours) {
  private static final String FILE = "backup.dump";

  /** What PostgreSQL's own say in English, being told to, and what that means in words of ours. */
  private static final Map<String, String> KNOWN =
      Map.of(
          "server version mismatch", "it is older than the server",
          "permission denied", "its role may not read or make all of it",
          "No space left on device", "the disk is full",
          "unsupported version", "it is older than what made the backup",
          "could not obtain lock", "a table is locked by somebody else",
          "statement timeout", "a table is locked by somebody else");

  /** Takes copies. */
  public Tools {
    take = List.copyOf(take);
    restore = List.copyOf(restore);
  }

  /** PostgreSQL's own, in a folder: {@code pg_dump} and {@code pg_restore}. */
  public static Tools in(Path bin) {
    return new Tools(
        List.of(
            bin.resolve("pg_dump").toString(),
            "--format=custom",
            "--no-password",
            "--lock-wait-timeout=5s",
            "--no-publications",
            "--no-subscriptions"),
        List.of(
            bin.resolve("pg_restore").toString(),
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            "--no-password"),
        true);
  }

  List<String> taking(String snapshot, Path folder) {
    var words = new ArrayList<>(take);
    if (ours) {
      words.addAll(List.of("--snapshot=" + snapshot, "--file=" + folder.resolve(FILE)));
    } else {
      words.add("take");
    }
    return words;
  }

  List<String> restoring(String database, Path folder) {
    var words = new ArrayList<>(restore);
    if (ours) {
      words.addAll(List.of("--dbname=" + database, folder.resolve(FILE).toString()));
    } else {
      words.add("restore");
    }
    return words;
  }

  /** Why they ended as they did, never in their own words; empty when that is not known. */
  String why(String complaint) {
    return KNOWN.entrySet().stream()
        .filter(known -> ours && complaint.contains(known.getKey()))
        .map(known -> " (" + known.getValue() + ")")
        .sorted()
        .findFirst()
        .orElse("");
  }
}
