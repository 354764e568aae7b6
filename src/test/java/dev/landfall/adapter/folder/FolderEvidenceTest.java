package dev.landfall.adapter.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence is found as it was kept, or it is said that it is not. */
class FolderEvidenceTest {
  private static final byte[] REPORT = "all tests passed".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path data;

  @Test
  void aContentIsKeptOnceUnderItsHashAndNobodyElseReadsIt() throws Exception {
    var store = new FolderEvidence(data);
    String hash = store.keep(REPORT);
    assertThat(store.keep(REPORT)).isEqualTo(hash).hasSize(64);
    assertThat(store.read(hash)).hasValueSatisfying(found -> assertThat(found).isEqualTo(REPORT));
    assertThat(store.read("0".repeat(64))).isEmpty();
    Path folder = data.resolve("evidence");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(hash));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(hash))))
        .isEqualTo("rw-------");
  }

  @Test
  void anyChangedByteIsFound() throws Exception {
    var store = new FolderEvidence(data);
    String hash = store.keep(REPORT);
    Path file = data.resolve("evidence").resolve(hash);
    var random = new SplittableRandom(4);
    for (int trial = 0; trial < 1000; trial++) {
      byte[] changed = REPORT.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, changed);
      assertThatThrownBy(() -> store.read(hash))
          .isInstanceOf(OutsideException.class)
          .hasMessageContaining("another hash than its name");
    }
  }

  @Test
  void whatWasDamagedIsHealedByWhoeverBringsItAgain() throws Exception {
    var store = new FolderEvidence(data);
    String hash = store.keep(REPORT);
    Files.writeString(data.resolve("evidence").resolve(hash), "some tests passed");
    assertThat(store.keep(REPORT)).isEqualTo(hash);
    assertThat(store.read(hash)).hasValueSatisfying(found -> assertThat(found).isEqualTo(REPORT));
  }
}
