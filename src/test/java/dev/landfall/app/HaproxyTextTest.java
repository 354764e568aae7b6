package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide shows and tests paste is what the program prints. */
class HaproxyTextTest {
  @TempDir Path folder;

  @Test
  void theProgramPrintsTheIncludeAndTheFrontendOfTheGuideAndTheLuaOfItsOwn() throws Exception {
    String guide = Files.readString(Path.of("docs/guide/plane-haproxy.md"));
    Path shop = folder.resolve("shop.yaml");
    Files.writeString(
        shop,
        """
        landfall: 1
        workload: shop
        owner: retail-apps
        model: flight
        assets:
          web: { kind: http, source: { url: "http://a:1" }, target: { url: "http://b:1" } }
        routes:
          shop: { kind: haproxy, for: web, control: "unix:/run/haproxy-master.sock" }
        flights:
          { user: header:X-User, group: header:X-Groups, steps: [{ name: all, share: 100 % }] }
        """);

    assertThat(guide)
        .contains("# /etc/haproxy/landfall.cfg\n" + printed("include", shop.toString()) + "```")
        .contains(printed("include", shop.toString(), "--frontend"));
    assertThat(printed("lua"))
        .isEqualTo(
            Files.readString(
                Path.of("src/main/resources/dev/landfall/adapter/haproxy/landfall.lua")));
  }

  private static String printed(String... args) throws Exception {
    List<String> command = TestJava.command(Main.class, "-XX:TieredStopAtLevel=1");
    command.add("haproxy");
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out;
  }
}
