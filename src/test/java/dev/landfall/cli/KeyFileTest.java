package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.engine.Signatures;
import dev.landfall.gate.Statement;
import dev.landfall.gate.Statement.Verb;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is its owner's alone, and what it signs can be verified by anybody. */
class KeyFileTest {
  private static final Statement STATEMENT =
      new Statement(
          Verb.APPROVE,
          "shop",
          "go",
          "abc",
          Optional.empty(),
          Statement.NOTHING,
          "ann",
          "business-owner",
          Instant.parse("2026-03-01T12:00:00Z"),
          Instant.parse("2026-03-08T12:00:00Z"),
          "");

  @TempDir private Path folder;

  @Test
  void aKeyIsMadeOnceInAFileThatOnlyItsOwnerReads() throws Exception {
    Path file = folder.resolve("ann.key");
    String key = KeyFile.create(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(key).matches("MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=");
    assertThat(KeyFile.read(file).key()).isEqualTo(key);
    assertThatThrownBy(() -> KeyFile.create(file)).hasMessageContaining("never written over");
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws Exception {
    Path file = folder.resolve("ann.key");
    KeyFile.create(file);
    for (String open : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
      assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("chmod 600");
    }
  }

  @Test
  void whatIsNoKeyIsSaidToBeNone() throws Exception {
    Path file = folder.resolve("other");
    Files.writeString(file, "hunter2");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> KeyFile.read(file))
        .hasMessageContaining("no key of Ed25519")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> KeyFile.read(folder.resolve("absent")))
        .hasMessageContaining("landfall key create");
  }

  @Test
  void aSignatureHoldsForItsStatementAndForNoOther() {
    KeyFile ann = key("ann.key");
    KeyFile bob = key("bob.key");
    var signed = ann.sign(STATEMENT);
    assertThat(Signatures.holds(signed)).isTrue();
    assertThat(Signatures.holds(new Statement.Signed(STATEMENT, bob.key(), signed.signature())))
        .isFalse();
    assertThat(Signatures.holds(new Statement.Signed(STATEMENT, ann.key(), "nonsense"))).isFalse();
    assertThat(Signatures.holds(new Statement.Signed(STATEMENT, "nonsense", signed.signature())))
        .isFalse();
  }

  private KeyFile key(String name) {
    Path file = folder.resolve(name);
    KeyFile.create(file);
    return KeyFile.read(file);
  }

  /** As the guide says that anybody can verify it. */
  @Test
  void opensslSaysTheSame() throws Exception {
    KeyFile ann = key("ann.key");
    Files.write(
        folder.resolve("signature"), Base64.getDecoder().decode(ann.sign(STATEMENT).signature()));
    Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN PUBLIC KEY-----\n" + ann.key() + "\n-----END PUBLIC KEY-----\n");
    assertThat(openssl(STATEMENT.text())).isZero();
    assertThat(openssl(STATEMENT.text().replace("go", "no"))).isNotZero();
  }

  private int openssl(String text) throws Exception {
    Files.writeString(folder.resolve("statement"), text, StandardCharsets.UTF_8);
    var command =
        "openssl pkeyutl -verify -rawin -pubin -inkey key.pem -sigfile signature -in statement";
    return new ProcessBuilder(command.split(" "))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start()
        .waitFor();
  }
}
