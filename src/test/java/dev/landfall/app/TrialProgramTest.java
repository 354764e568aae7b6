package dev.landfall.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import dev.landfall.problem.Finding;
import dev.landfall.workload.Asset;
import dev.landfall.workload.Endpoint;
import dev.landfall.workload.Samples;
import dev.landfall.workload.SecretRef;
import dev.landfall.workload.Workload;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialProgramTest {
  private static final Asset.Data CLONE =
      new Asset.Data(
          "orders-2",
          "postgres",
          Endpoint.of("postgresql://127.0.0.1/one"),
          new Endpoint(
              "postgresql://127.0.0.1:5432/other",
              Optional.of("migrator"),
              Optional.empty(),
              Map.of("sslmode", "verify-ca", "sslrootcert", "/ca.pem")),
          List.of(),
          false);

  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();

  private Optional<String> run(Workload workload, String script, Duration limit) throws Exception {
    Path program = folder.resolve("tests");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new TrialProgram(workload, program, "shop_app", limit, said::add).run(List.of(CLONE));
  }

  private Optional<String> run(String script) throws Exception {
    return run(Samples.SHOP, script, Duration.ofMinutes(1));
  }

  @Test
  void whereTheClonesAreIsInTheEnvironmentAndZeroHasPassed() throws Exception {
    assertThat(run("echo \"$LANDFALL_WORKLOAD $LANDFALL_ROLE\"; echo \"$LANDFALL_ORDERS_2_URL\""))
        .isEmpty();
    assertThat(said)
        .containsExactly(
            "shop shop_app",
            "postgresql://127.0.0.1:5432/other?sslmode=verify-ca&sslrootcert=/ca.pem");
  }

  /**
   * Why it did not pass is journaled for good, and its last line may be an address with a secret.
   */
  @Test
  void anyOtherCodeHasNotPassedAndWhatWasSaidIsForTheTerminalAlone() throws Exception {
    assertThat(run("echo fine; echo 'cannot connect as app:hunter2' >&2; exit 3"))
        .contains("the tests ended with 3");
    assertThat(said).containsExactly("fine", "cannot connect as app:hunter2");
    assertThat(run("cat >/dev/null; exit 1")).as("nobody types").contains("the tests ended with 1");
    assertThat(run(Samples.SHOP, "echo hunter2; exec sleep 300", Duration.ofMillis(300)))
        .contains("the tests had not ended after 0 min and were killed");
  }

  @Test
  void aLineWithoutAnEndIsCutAndNotKept() throws Exception {
    assertThat(run("printf 'a\\r\\nb\\rc\\n\\n'; head -c 50000000 /dev/zero | tr '\\0' x"))
        .isEmpty();
    assertThat(said).containsExactly("a", "b", "c", "", "x".repeat(2000) + "...");
  }

  @Test
  void whatIsPrintedCannotMoveTheCursorOfTheTerminal() throws Exception {
    assertThat(run("printf 'one\\033[2Jtwo\\tthree\\342\\200\\256four\\n'")).isEmpty();
    assertThat(said).containsExactly("one [2Jtwo three four");
  }

  @Test
  void testsThatDoNotEndAreEndedWithAllThatTheyBegan() throws Exception {
    long begun = System.nanoTime();
    assertThat(run(Samples.SHOP, "sleep 300 & sleep 300", Duration.ofMillis(300)).orElseThrow())
        .startsWith("the tests had not ended after");
    assertThat(run("sleep 300 & exit 0")).as("a child that stays keeps nobody here").isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
  }

  /** It could go on writing where the next rehearsal has its clones. */
  @Test
  void whatItLeavesBehindIsEndedWhenItEndsByItself() throws Exception {
    assertThat(run("sleep 300 & echo $!; (sleep 301 & echo $!) & wait $!; exit 0")).isEmpty();
    assertThat(said).hasSize(2);
    for (String pid : said) {
      assertThat(ends(Long.parseLong(pid))).as(pid).isTrue();
    }
  }

  @Test
  void whenLandfallIsToldToEndSoAreTheTests() throws Exception {
    List<String> command = TestJava.command(TrialProgramTest.class);
    command.add(folder.resolve("endless").toString());
    Process landfall =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var lines = landfall.inputReader()) {
      long tests = Long.parseLong(lines.readLine());
      assertThat(isAlive(tests)).isTrue();
      landfall.destroy();
      assertThat(landfall.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(ends(tests)).as("the tests").isTrue();
    } finally {
      Process _ = landfall.destroyForcibly();
    }
  }

  /** Runs tests that do not end, as Landfall would. */
  public static void main(String[] args) throws Exception {
    Path program = Path.of(args[0]);
    Files.writeString(program, "#!/bin/sh\necho $$\nexec sleep 300\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    new TrialProgram(Samples.SHOP, program, "shop_app", Duration.ofMinutes(5), System.out::println)
        .run(List.of(CLONE));
  }

  /** A signal is sent before it is felt. */
  private static boolean ends(long pid) throws Exception {
    long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (isAlive(pid) && System.nanoTime() < giveUp) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return !isAlive(pid);
  }

  /** One that has ended is there until somebody has asked how, and nobody may be left to ask. */
  private static boolean isAlive(long pid) throws Exception {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      return Files.readAllLines(status).stream()
          .noneMatch(line -> line.matches("State:\\s+[ZX].*"));
    } catch (NoSuchFileException _) {
      return ProcessHandle.of(pid).isPresent();
    }
  }

  @Test
  void aProgramThatIsNotThereHasNotPassed() throws Exception {
    assertThat(
            new TrialProgram(
                    Samples.SHOP,
                    folder.resolve("none"),
                    "shop_app",
                    Duration.ofMinutes(1),
                    said::add)
                .run(List.of(CLONE))
                .orElseThrow())
        .startsWith("the tests cannot be run");
  }

  @Test
  void ofTheEnvironmentOnlyWhatEveryProgramNeedsIsHandedOn() throws Exception {
    var program =
        new TrialProgram(
            Samples.SHOP, folder.resolve("tests"), "shop_app", Duration.ofMinutes(1), said::add);
    assertThat(
            program.handedOn(
                Map.of(
                    "PATH", "/bin",
                    "LC_ALL", "C.UTF-8",
                    "PGPASSWORD", "1",
                    "AWS_SECRET_ACCESS_KEY", "2",
                    "LANDFALL_TOKEN", "3",
                    "MY_PATH", "4")))
        .isEqualTo(Map.of("PATH", "/bin", "LC_ALL", "C.UTF-8"));
    assertThat(run("/usr/bin/env | /usr/bin/cut -d= -f1")).isEmpty();
    // A shell makes some of its own.
    assertThat(said)
        .allMatch(name ->
            name.matches(
                "LANDFALL_(WORKLOAD|ROLE|TRIAL|ORDERS_2_URL)|PWD|OLDPWD|SHLVL|_"
                    + "|PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|JAVA_HOME"));
  }

  @Test
  void whatTheRoleReachesBesidesIsToldBefore() {
    new TrialProgram(
            Samples.SHOP, folder.resolve("tests"), "shop_app", Duration.ofMinutes(1), said::add)
        .warned(
            new Finding(
                Finding.Severity.WARNS,
                "some-code",
                "orders: target: shop_app",
                "the role may sign in to the real copy, too",
                "mind that"));
    assertThat(said)
        .containsExactly(
            "take care: orders: target: shop_app: the role may sign in to the real copy, too;"
                + " mind that");
  }

  /** PATH stands for a secret here: it is there in every environment. */
  @Test
  void whatTheWorkloadFileNamesAsASecretIsNotHandedOn() throws Exception {
    Asset.Data orders = Samples.SHOP.data().getFirst();
    var secret =
        new Endpoint(
            orders.target().url(),
            Optional.of("migrator"),
            Optional.of(SecretRef.parse("env:PATH")),
            Map.of());
    var shop =
        new Workload(
            "shop",
            "retail",
            Samples.SHOP.model(),
            List.of(
                new Asset.Data("orders", "postgres", orders.source(), secret, List.of(), false)),
            List.of(),
            Samples.SHOP.limits());
    assertThat(run(shop, "/usr/bin/env | /bin/grep ^PATH=", Duration.ofMinutes(1)))
        .contains("the tests ended with 1");
    assertThat(said).isEmpty();
    assertThat(run("/usr/bin/env | /bin/grep -q ^PATH=")).isEmpty();
  }
}
