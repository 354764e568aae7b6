package dev.landfall.app;

import dev.landfall.adapter.archive.ArchiveFile;
import dev.landfall.cli.Version;
import dev.landfall.engine.Archived;
import dev.landfall.engine.EvidenceStore;
import dev.landfall.engine.GateAudit;
import dev.landfall.engine.History;
import dev.landfall.engine.Journal;
import dev.landfall.engine.Journal.Audit;
import java.nio.file.Path;
import java.util.Optional;

/** What is asked about a history as a whole, and puts one that is true into one file. */
final class Archiving {
  /** Which program writes archives. */
  static final String PROGRAM = "landfall " + Version.CURRENT;

  private final Journal journal;
  private final EvidenceStore store;

  Archiving(Journal journal, EvidenceStore store) {
    this.journal = journal;
    this.store = store;
  }

  Audit audit() {
    Audit audit = journal.audit();
    if (audit.fault().isPresent()) {
      return audit;
    }
    Optional<String> fault =
        journal.workloads().stream()
            .map(each -> GateAudit.fault(journal.read(each, 0), store))
            .flatMap(Optional::stream)
            .findFirst();
    return new Audit(audit.entries(), audit.headHash(), fault);
  }

  boolean goesOnFrom(String headHash) {
    return journal.workloads().stream()
        .flatMap(each -> journal.read(each, 0).stream())
        .anyMatch(entry -> entry.hash().equals(headHash));
  }

  Optional<Archived> export(String workload, Path file) {
    Audit audit = audit();
    if (audit.fault().isPresent()) {
      return Optional.of(Archived.broken(audit.fault().get()));
    }
    return journal.workloads().contains(workload)
        ? Optional.of(
            ArchiveFile.write(PROGRAM, workload, History.chain(journal, audit), store, file))
        : Optional.empty();
  }
}
