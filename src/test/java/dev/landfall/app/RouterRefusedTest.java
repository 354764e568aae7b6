package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router that may not start as it was told to is refused, and nothing outside is blamed. */
class RouterRefusedTest {
  @TempDir Path folder;
  private Path token;

  @BeforeEach
  void writeToken() throws Exception {
    token = Files.writeString(folder.resolve("token"), "a-token-of-the-tests");
  }

  @Test
  void aTokenThatIsTooShortIsRefused() throws Exception {
    Files.writeString(token, "short");
    assertThat(router("127.0.0.1:0")).isEqualTo(1);
  }

  @Test
  void ordersTakenWhereOthersReachAreRefusedUnlessTheyAreMeant() {
    assertThat(router("0.0.0.0:0")).isEqualTo(1);
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThat(router("no-such-host.invalid:0")).isEqualTo(1);
    assertThat(router("127.0.0.1:65536")).isEqualTo(1);
  }

  @Test
  void aSecretThatIsNotThereIsOutside() throws Exception {
    Files.delete(token);
    assertThat(router("127.0.0.1:0")).isEqualTo(5);
  }

  private int router(String control) {
    return Main.run(
        "router",
        "--listen",
        "127.0.0.1:0",
        "--control",
        control,
        "--state",
        folder.resolve("router.json").toString(),
        "--token",
        "file:" + token);
  }
}
