package dev.landfall.adapter.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.landfall.problem.OutsideException;
import dev.landfall.routing.Cohort;
import dev.landfall.routing.RouteOrder;
import dev.landfall.routing.RouteSeen;
import dev.landfall.workload.Identity;
import dev.landfall.workload.Named;
import dev.landfall.workload.Side;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that do not keep to the contract: none of them holds Landfall up, or is believed. */
class CommandFaultsIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;
  private boolean holds;
  private boolean users;

  @Test
  void aProgramThatHangsIsKilledWithItsChildrenWhenItsTimeIsUp() throws Exception {
    long began = System.nanoTime();
    RouteSeen seen =
        plane("sleep 300 & echo $! >NOTE; echo thinking >&2; wait", Duration.ofMillis(700)).look();
    assertThat(seen.fault().orElseThrow())
        .contains("had not ended after 700 ms", "was killed", "thinking", "raise timeout");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    gone(Long.parseLong(Files.readString(note()).strip()));
  }

  @Test
  void anOrderToAProgramThatHangsSaysThatItWasKilled() throws Exception {
    var plane = plane("sleep 300", Duration.ofMillis(300));
    refused(() -> plane.order(order(1)), "command-timeout").hasMessageContaining("set");
  }

  @Test
  void whoeverStopsWaitingKillsTheProgram() throws Exception {
    var plane = plane("echo $$ >NOTE; sleep 300", LONG);
    Thread asks = Thread.ofVirtual().start(plane::look);
    while (!Files.exists(note()) || Files.size(note()) == 0) {
      Thread.sleep(5);
    }
    asks.interrupt();
    assertThat(asks.join(Duration.ofSeconds(10))).isTrue();
    gone(Long.parseLong(Files.readString(note()).strip()));
  }

  @Test
  void aChildThatStaysAndKeepsThePipesOpenKeepsNobody() throws Exception {
    long began = System.nanoTime();
    var plane = plane("sleep 20 & echo $! >NOTE; echo '{}'", LONG);
    RouteSeen seen = plane.look();
    assertThat(seen.fault()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    long child = Long.parseLong(Files.readString(note()).strip());
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void whatIsNoAnswerIsNotBelieved() throws Exception {
    for (String rubbish :
        List.of(
            "",
            "ok",
            "[]",
            "null",
            "{\"order\":7}",
            "{} {}",
            "{\"order\":{\"epoch\":1}}",
            "{\"order\":{\"epoch\":-1,\"source\":\"a\",\"target\":\"b\",\"cohort\":\"nobody\"}}",
            "{\"inFlight\":-1}",
            "{\"inFlight\":1,\"inFlightUnsafe\":2}",
            "{\"inFlight\":\"many\"}",
            "{\"order\":null,\"fault\":\"the balancer is away\"}")) {
      Files.writeString(folder.resolve("answer"), rubbish);
      RouteSeen seen = plane("cat " + folder.resolve("answer"), LONG).look();
      assertThat(seen.fault()).as(rubbish).isPresent();
      assertThat(seen.order()).as(rubbish).isEmpty();
    }
  }

  /** What it tells is journaled and shown. */
  @Test
  void whatItTellsIsOneShortLineWithoutTheToken() throws Exception {
    // So long that a cut at 500 would go through the middle of a sign.
    String much = "x".repeat(499 - "sent *** [1mto it".length());
    for (String key : List.of("\"fault\":\"%s\"", "\"unable\":{\"TARGET\":\"%s\"}")) {
      Files.writeString(
          folder.resolve("answer"),
          "{" + key.formatted("sent secret\\n\\u001b[1mto it" + much + "\ud83d\ude80 end") + "}");
      RouteSeen seen = plane("cat " + folder.resolve("answer"), LONG).look();
      assertThat(seen.fault().or(() -> seen.unable(Side.TARGET)).orElseThrow())
          .startsWith("sent *** [1mto itxxx")
          .endsWith("...")
          .hasSizeLessThan(510)
          .doesNotContain("secret")
          .satisfies(
              line -> assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(line)).isTrue());
    }
  }

  @Test
  void aProgramThatHoldsMustTellAllThatAFenceIsTurnedOn() throws Exception {
    holds = true;
    assertThat(plane("echo '{\"holding\":true}'", LONG).look().fault().orElseThrow())
        .contains("not what the contract says");
    String whole =
        "{\"holding\":true,\"holdRanOut\":false,\"inFlight\":2,\"inFlightUnsafe\":1,\"held\":3,"
            + "\"heldMax\":\"PT0.2S\",\"refused\":0}";
    RouteSeen seen = plane("echo '" + whole + "'", LONG).look();
    assertThat(seen.fault()).isEmpty();
    assertThat(seen.held()).isEqualTo(3);
    assertThat(seen.heldMax()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aFloodIsCutOff() throws Exception {
    assertThat(plane("cat /dev/zero", LONG).look().fault().orElseThrow())
        .contains("more than 17 MiB", "killed");
  }

  @Test
  void aFloodOfComplaintsIsReadAndDropped() throws Exception {
    var plane = plane("head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; echo '{}'", LONG);
    assertThat(plane.look().fault()).isEmpty();
    var failing = plane("head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; exit 1", LONG);
    assertThat(failing.look().fault().orElseThrow()).hasSizeLessThan(3000).contains("xxxx");
  }

  @Test
  void anOddEndIsToldWithWhatTheProgramSaid() throws Exception {
    var plane = plane("echo the balancer >&2; echo is away >&2; exit 3", LONG);
    assertThat(plane.look().fault().orElseThrow())
        .contains("ended with 3", "\"the balancer is away\"");
    refused(() -> plane.order(order(4)), "command-failed").hasMessageContaining("ended with 3");
    refused(() -> plane("kill -9 $$", LONG).order(order(4)), "command-failed")
        .hasMessageContaining("signal 9");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    var plane = plane(List.of(folder.resolve("missing").toString()), LONG);
    refused(() -> plane.order(order(1)), "command-failed").hasMessageContaining("is it there");
    assertThat(plane.look().fault().orElseThrow()).contains(folder.resolve("missing").toString());
  }

  @Test
  void anOlderOrderIsToldByTheExitCode() throws Exception {
    var plane = plane("echo there is one of epoch 5 >&2; exit 75", LONG);
    refused(() -> plane.order(order(4)), "command-stale-order")
        .hasMessageContaining("epoch 4")
        .hasMessageContaining("epoch 5");
  }

  @Test
  void nothingOfTheEnvironmentIsHandedOnAndNoShellReadsTheArguments() throws Exception {
    String tricky = "$(touch " + folder.resolve("touched") + "); `id` * ; &";
    Path script = script("env >NOTE; printf '%s\\n' \"$@\" >>NOTE; pwd >>NOTE; cat >>NOTE");
    var plane = plane(List.of(script.toString(), tricky), LONG);
    plane.order(order(4));
    assertThat(folder.resolve("touched")).doesNotExist();
    List<String> lines = Files.readAllLines(note());
    assertThat(lines)
        .contains(
            "LANDFALL_CONTRACT=1",
            "LANDFALL_ROUTE=shop",
            "LANDFALL_EPOCH=4",
            "LANDFALL_SIDE=target",
            "LANDFALL_TOKEN=secret",
            "LANG=C.UTF-8",
            tricky,
            "set",
            "/")
        .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("USER="));
    assertThat(lines.getLast()).contains("\"epoch\":4", "\"cohort\":\"everybody\"");
  }

  @Test
  void aProgramNeedNotReadItsOrder() throws Exception {
    users = true;
    List<String> many = IntStream.range(0, 100_000).mapToObj(each -> "user-" + each).toList();
    var cohort =
        new Cohort(100, "salt", Identity.NONE, new Named(many, List.of(), List.of()), Named.NOBODY);
    plane("exit 0", LONG).order(order(1, cohort, Optional.empty()));
  }

  @Test
  void whatTheFileDoesNotPromiseIsNotAskedFor() throws Exception {
    var plane = plane("touch NOTE", LONG);
    refused(
            () -> plane.order(order(1, Cohort.NOBODY, Optional.of(Duration.ofSeconds(1)))),
            "command-order")
        .hasMessageContaining("holds: true");
    refused(() -> plane.order(order(1, Cohort.ofShare(100), Optional.empty())), "command-order")
        .hasMessageContaining("users: true");
    assertThat(note()).doesNotExist();
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String code) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            OutsideException.class, e -> assertThat(e.code().id()).isEqualTo(code));
  }

  private static void gone(long pid) throws InterruptedException {
    long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
      assertThat(System.nanoTime()).as("process " + pid + " is gone").isLessThan(giveUp);
      Thread.sleep(5);
    }
  }

  private static RouteOrder order(long epoch) {
    return order(epoch, Cohort.EVERYBODY, Optional.empty());
  }

  private static RouteOrder order(long epoch, Cohort cohort, Optional<Duration> hold) {
    return new RouteOrder(
        epoch, "http://127.0.0.1:1", "http://127.0.0.1:2", cohort, hold, Optional.empty());
  }

  /** Where a script leaves a note for the test. */
  private Path note() {
    return folder.resolve("note");
  }

  private Path script(String text) throws Exception {
    Path script = Files.createTempFile(folder, "plane", "");
    Files.writeString(script, "#!/bin/bash\n" + text.replace("NOTE", note().toString()) + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  private CommandRouter plane(String text, Duration timeout) throws Exception {
    return plane(List.of(script(text).toString()), timeout);
  }

  private CommandRouter plane(List<String> words, Duration timeout) {
    return new CommandRouter(
        new CommandRouter.Program("shop", words, holds, users, timeout, Optional.of("secret")),
        (_, _) -> true);
  }
}
