package dev.landfall.adapter.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.engine.Pseudonyms;
import dev.landfall.problem.OutsideException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TellingKeyTest {
  @TempDir private Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  @Test
  void theKeyIsMadeWithTheFirstValueAndIsNobodyElses() throws Exception {
    Pseudonyms names = TellingKey.in(data());
    assertThat(data()).as("nothing is told yet").doesNotExist();

    String name = names.of("Zweigstein");

    Path file = data().resolve("telling.key");
    assertThat(Files.readString(file)).matches("[0-9a-f]{64}").doesNotContain(name.substring(6));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(data().toFile().list()).containsExactly("telling.key");
    assertThat(name).startsWith("keyed:");
    assertThat(TellingKey.in(data()).of("Zweigstein")).as("another process").isEqualTo(name);
    assertThat(TellingKey.in(folder.resolve("other")).of("Zweigstein")).isNotEqualTo(name);
  }

  @Test
  void severalWhoAreFirstHaveOneKey() {
    var names =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(_ -> TellingKey.in(data()).of("Zweigstein"))
            .distinct()
            .toList();

    assertThat(names).hasSize(1);
    assertThat(data().toFile().list()).containsExactly("telling.key");
  }

  @Test
  void aDamagedKeyIsNotUsed() throws Exception {
    Files.createDirectories(data());
    Files.writeString(data().resolve("telling.key"), "s3cret");

    assertThatThrownBy(() -> TellingKey.in(data()).of("Zweigstein"))
        .isInstanceOf(OutsideException.class)
        .hasMessageContaining("telling.key")
        .hasMessageNotContaining("s3cret")
        .hasMessageNotContaining("Zweigstein");
  }
}
