package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.adapter.folder.FolderEvidence;
import dev.landfall.adapter.sqlite.SqliteJournal;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an archive is put. */
class ArchiveFileTest {
  @TempDir private Path data;
  @TempDir private Path elsewhere;
  private SqliteJournal journal;

  @BeforeEach
  void live() throws Exception {
    journal = SqliteJournal.open(data);
    new GatedShop(data, journal).live();
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private void export(Path file) {
    assertThat(new Archiving(journal, new FolderEvidence(data)).export(GatedShop.NAME, file))
        .isPresent();
  }

  /** A file system in a file has no links, as a stick has none. */
  @Test
  void itIsWrittenWhereThereAreNoLinksAndStillOverNothing() throws Exception {
    Path usual = elsewhere.resolve("usual.zip");
    export(usual);
    try (var stick =
        FileSystems.newFileSystem(elsewhere.resolve("stick"), Map.of("create", "true"))) {
      Path file = stick.getPath("/shop.zip");
      export(file);
      assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(usual));
      assertThatThrownBy(() -> export(file)).hasMessageContaining("there is such a file");
      try (var all = Files.list(stick.getPath("/"))) {
        assertThat(all.map(Path::toString)).containsExactly("/shop.zip");
      }
    }
  }

  @Test
  void aLinkThatSomebodyElsePutThereIsNotFollowed() throws Exception {
    Path theirs = elsewhere.resolve("theirs");
    Files.writeString(theirs, "keep this");
    long pid = ProcessHandle.current().pid();
    Files.createSymbolicLink(elsewhere.resolve("shop.zip." + pid + ".next"), theirs);
    Files.createSymbolicLink(elsewhere.resolve("other.zip"), theirs);
    export(elsewhere.resolve("shop.zip"));
    assertThat(Files.isRegularFile(elsewhere.resolve("shop.zip"))).isTrue();
    assertThatThrownBy(() -> export(elsewhere.resolve("other.zip")))
        .hasMessageContaining("there is such a file");
    assertThat(theirs).hasContent("keep this");
  }
}
