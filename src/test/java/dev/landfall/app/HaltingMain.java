package dev.landfall.app;

import dev.landfall.adapter.folder.TellingKey;
import dev.landfall.adapter.sqlite.SqliteJournal;
import dev.landfall.cli.Cli;
import dev.landfall.cli.NoWiring;
import dev.landfall.cli.Operations;
import dev.landfall.engine.Journal;
import java.nio.file.Path;
import java.util.List;

/**
 * The program, with the same wiring but for a journal that halts the process, as {@code kill -9}
 * does, just before or just after an event of a type is on disk: {@code
 * -Dlandfall.test.halt=after:OwnerMoved}.
 */
public final class HaltingMain {
  /** What the shell tells of a process that was killed with -9. */
  private static final int KILLED = 137;

  private HaltingMain() {}

  public static void main(String[] args) {
    Logging.quietly();
    System.exit(Cli.run(new Parts(), args));
  }

  private static final class Parts extends NoWiring {
    @Override
    public Operations operations(Path data) {
      String[] halt = System.getProperty("landfall.test.halt").split(":");
      var secrets = new Secrets(System.getenv(), System.err::println);
      return new LocalOperations(
          data,
          new Products(secrets, TellingKey.in(data)),
          folder -> new HaltingJournal(SqliteJournal.open(folder), halt[0], halt[1]));
    }
  }

  private record HaltingJournal(Journal journal, String when, String type) implements Journal {
    @Override
    public List<Entry> append(String workload, long expectedVersion, List<Draft> drafts)
        throws VersionConflict {
      boolean here = drafts.stream().anyMatch(draft -> draft.type().equals(type));
      if (here && when.equals("before")) {
        Runtime.getRuntime().halt(KILLED);
      }
      List<Entry> entries = journal.append(workload, expectedVersion, drafts);
      if (here) {
        Runtime.getRuntime().halt(KILLED);
      }
      return entries;
    }

    @Override
    public List<Entry> read(String workload, long after) {
      return journal.read(workload, after);
    }

    @Override
    public List<String> workloads() {
      return journal.workloads();
    }

    @Override
    public Audit audit() {
      return journal.audit();
    }

    @Override
    public void close() {
      journal.close();
    }
  }
}
