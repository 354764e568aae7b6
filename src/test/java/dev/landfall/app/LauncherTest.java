package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./landfall}, in a folder of its own with a Maven that only pretends. */
class LauncherTest {
  private static final String JDK = System.getProperty("java.home");

  @TempDir Path home;

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void copy() throws Exception {
    Files.copy(Path.of("landfall"), home.resolve("landfall"));
    Files.createDirectories(home.resolve("src/main"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.createDirectories(home.resolve("bin"));
  }

  /** A command that comes before all others of its name. */
  private void command(String name, String script) throws Exception {
    Path file = home.resolve("bin").resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    var words = new ArrayList<>(List.of(home.resolve("landfall").toString()));
    words.addAll(Arrays.asList(arguments));
    var builder = new ProcessBuilder(words);
    builder.environment().put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().putAll(environment);
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void withoutAJdkItTellsWhereItLookedAndHowToGetOne() throws Exception {
    var ended = run(Map.of("LANDFALL_JAVA", home.resolve("no-jdk").toString()), "status");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("no JDK 25 was found", home.resolve("no-jdk").toString(), "adoptium.net");
  }

  @Test
  void aJdkOfAnotherVersionIsNotTaken() throws Exception {
    Path old = home.resolve("jdk-17");
    Files.createDirectories(old.resolve("bin"));
    for (String each : List.of("java", "javac")) {
      Files.writeString(old.resolve("bin").resolve(each), "#!/bin/sh\nexit 0\n");
      assertThat(old.resolve("bin").resolve(each).toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    var ended = run(Map.of("LANDFALL_JAVA", old.toString()), "status");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("no JDK 25 was found", old.toString());
  }

  @Test
  void aBuildThatFailsShowsWhyAndIsTriedAgainTheNextTime() throws Exception {
    command("mvn", "echo build >>\"$0.count\"; echo '[ERROR] Main.java:[3,1] it is wrong'; exit 1");
    for (int time = 1; time <= 2; time++) {
      var ended = run(Map.of("LANDFALL_JAVA", JDK), "status");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err()).contains("Main.java:[3,1] it is wrong", "cannot build", "build.log");
      assertThat(Files.readAllLines(home.resolve("bin/mvn.count"))).hasSize(time);
    }
  }

  private void buildsAProgramThatTellsHowItWasStarted() throws Exception {
    command(
        "mvn",
        """
        echo build >>"$0.count"
        mkdir -p target/lib
        printf 'Main-Class: Hello\\n' >target/manifest
        cat >target/Hello.java <<'END'
        class Hello {
          public static void main(String[] words) {
            System.out.println(String.join(" ", words));
            System.out.println(
                java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
          }
        }
        END
        "$JAVA_HOME/bin/javac" -d target/classes target/Hello.java
        "$JAVA_HOME/bin/jar" cfm target/landfall.jar target/manifest -C target/classes .
        """);
  }

  @Test
  void aRouterHasBoundedMemoryWhereverItsOptionsStand() throws Exception {
    buildsAProgramThatTellsHowItWasStarted();
    var jdk = Map.of("LANDFALL_JAVA", JDK);
    assertThat(run(jdk, "router", "--data", "d").out()).contains("-Xmx512m");
    assertThat(run(jdk, "--data", "d", "router").out()).contains("-Xmx512m");
    assertThat(run(jdk, "--data", "router", "status").out())
        .contains("TieredStopAtLevel=1")
        .doesNotContain("-Xmx512m");
    assertThat(run(jdk, "--json", "controller").out()).doesNotContain("TieredStopAtLevel=1");
  }

  @Test
  void aBuildThatSucceedsIsNotRepeatedUntilASourceIsNewer() throws Exception {
    buildsAProgramThatTellsHowItWasStarted();
    for (String word : List.of("one", "two")) {
      var ended = run(Map.of("LANDFALL_JAVA", JDK), word);
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(ended.out()).startsWith(word + "\n");
    }
    assertThat(Files.readAllLines(home.resolve("bin/mvn.count"))).hasSize(1);

    Thread.sleep(20);
    Files.writeString(home.resolve("src/main/New.java"), "class New {}");
    assertThat(run(Map.of("LANDFALL_JAVA", JDK), "three").out()).startsWith("three\n");
    assertThat(Files.readAllLines(home.resolve("bin/mvn.count"))).hasSize(2);
  }
}
