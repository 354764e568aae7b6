package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.landfall.workload.Identity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HaproxyVerbTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Answers answers = new Answers();

  @Test
  void whatAnHaproxyNeedsIsPrintedForTheRouteAndTheUsersOfTheFile() throws Exception {
    assertThat(run("haproxy", "include", "examples/behind-haproxy.yaml")).isZero();
    assertThat(out()).isEqualTo("the include\n");
    assertThat(run("haproxy", "include", "examples/behind-haproxy.yaml", "--frontend")).isZero();
    assertThat(out()).isEqualTo("the frontend\n");
    assertThat(answers.asked.getFirst())
        .contains("route=notes", "script=/etc/haproxy/landfall.lua", "chroot=Optional[/var/lib")
        .contains(Identity.NONE.toString());
    assertThat(run("haproxy", "include", "examples/behind-haproxy.yaml", "--chroot", "-")).isZero();
    assertThat(answers.asked.getLast()).contains("chroot=Optional.empty");
    assertThat(run("haproxy", "lua")).isZero();
    assertThat(out()).isEqualTo("the Lua\n");
    assertThat(run("haproxy", "include", "examples/behind-haproxy.yaml", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out()).path("include").asText())
        .isEqualTo("the include\n");

    assertThat(run("haproxy", "include", "examples/shop.yaml")).isEqualTo(1);
    assertThat(err()).contains("has no route of kind haproxy");
    assertThat(run("haproxy", "include", "examples/behind-haproxy.yaml", "--route", "x"))
        .isEqualTo(1);
    assertThat(err()).contains("\"x\" is no route of kind haproxy; give one of notes");
    assertThat(run("haproxy", "include", "examples/behind-haproxy.yaml", "--folder", "x"))
        .isEqualTo(1);
    assertThat(err()).contains("\"x\" is no whole path");
    assertThat(run("haproxy")).isEqualTo(1);
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    var said = new PrintStream(out, true, StandardCharsets.UTF_8);
    var complained = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Cli(answers, said, complained, Map.of("USER", "ann"), false).execute(args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
