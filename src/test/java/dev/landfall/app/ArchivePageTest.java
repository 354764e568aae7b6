package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.adapter.archive.ArchiveCheck;
import dev.landfall.adapter.folder.FolderEvidence;
import dev.landfall.adapter.sqlite.SqliteJournal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads the page of an archive and nothing else has read what is to be told for good. */
class ArchivePageTest {
  @TempDir private Path data;

  private String page(boolean standsOut) throws Exception {
    try (var journal = SqliteJournal.open(data)) {
      var shop = new GatedShop(data, journal);
      shop.live();
      if (standsOut) {
        shop.standOut();
      }
      Path file = data.resolve("shop.zip");
      assertThat(new Archiving(journal, new FolderEvidence(data)).export(GatedShop.NAME, file))
          .isPresent();
      assertThat(ArchiveCheck.of(Archiving.PROGRAM, file).fault()).isEmpty();
      try (var zip = new ZipFile(file.toFile());
          var in = zip.getInputStream(zip.getEntry("index.html"))) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  @Test
  void brokenGlassAndWhatWasLoosenedAndWhoHasTwoDutiesStandOut() throws Exception {
    assertThat(page(true))
        .contains("<h2>What stands out</h2>")
        .contains("<li>bob (governance) broke the glass at ", "INC &lt;12&gt;")
        .contains("<li>somebody other than bob has to review it")
        .contains("<li>Gates were loosened: rita gave a file that demands less; gate checked is")
        .contains("<li>root gave the workload file, and it does not say who that is");
  }

  @Test
  void whereNothingDoesThePageSaysNothingOfIt() throws Exception {
    assertThat(page(false)).contains("<h2>Gates</h2>").doesNotContain("What stands out");
  }
}
