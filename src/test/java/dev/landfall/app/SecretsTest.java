package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.workload.SecretRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
  private final List<String> warnings = new ArrayList<>();
  private final Secrets secrets = new Secrets(Map.of("A", "hunter2", "NONE", ""), warnings::add);
  @TempDir private Path folder = Path.of("");

  @Test
  void aVariableIsTakenAsItIs() {
    assertThat(secrets.resolve(SecretRef.parse("env:A"))).isEqualTo("hunter2");
  }

  @Test
  void aFileLosesOneLineBreakAtItsEndAndNoMore() throws Exception {
    assertThat(secrets.resolve(file("a", "hunter2\n", "rw-------"))).isEqualTo("hunter2");
    assertThat(secrets.resolve(file("b", "hunter2\r\n", "rw-------"))).isEqualTo("hunter2");
    assertThat(secrets.resolve(file("c", " hunter2 \n\n", "rw-------"))).isEqualTo(" hunter2 \n");
    assertThat(secrets.resolve(file("d", "hunter2", "rw-------"))).isEqualTo("hunter2");
    assertThat(warnings).isEmpty();
  }

  @Test
  void aFileThatEverybodyMayReadBringsOneWarning() throws Exception {
    var reference = file("a", "hunter2\n", "rw-r--r--");
    secrets.resolve(reference);
    secrets.resolve(reference);

    assertThat(warnings).singleElement().asString().contains("chmod 600").doesNotContain("hunter2");
  }

  @Test
  void whatIsMissingOrEmptyIsSaidWithoutTheSecret() throws Exception {
    refused("env:B", SecretProblem.MISSING);
    refused("env:NONE", SecretProblem.EMPTY);
    refused("file:/no/such/file", SecretProblem.MISSING);
    refused("file:" + folder, SecretProblem.UNREADABLE);
    refused(file("e", "\n", "rw-------").toString(), SecretProblem.EMPTY);
    refused(file("f", "x".repeat(70_000), "rw-------").toString(), SecretProblem.UNREADABLE);
  }

  private void refused(String reference, SecretProblem code) {
    assertThatThrownBy(() -> secrets.resolve(SecretRef.parse(reference)))
        .isInstanceOfSatisfying(OutsideException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageStartingWith("cannot read the secret " + reference + ": ");
  }

  private SecretRef file(String name, String content, String rights) throws Exception {
    Path path = Files.writeString(folder.resolve(name), content);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
    return SecretRef.parse("file:" + path);
  }
}
