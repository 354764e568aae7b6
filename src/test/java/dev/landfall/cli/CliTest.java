package dev.landfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.landfall.engine.Signatures;
import dev.landfall.gate.Remedy;
import dev.landfall.gate.Statement;
import dev.landfall.problem.Finding;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Answers answers = new Answers();

  @Test
  void theVersionIsTheBuilds() throws Exception {
    assertThat(run("--version")).isZero();
    assertThat(out()).isEqualTo("landfall " + Version.CURRENT + "\n");
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + Version.CURRENT + "</version>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check",
        "models",
        "plan",
        "promote",
        "status",
        "rollback",
        "complete",
        "give-up",
        "pause",
        "resume",
        "go-on",
        "fly",
        "history",
        "gates",
        "gate run",
        "gate attach",
        "approve",
        "decline",
        "withdraw",
        "waive",
        "break-glass",
        "review",
        "statement",
        "sign",
        "submit",
        "ready",
        "key create",
        "audit verify",
        "router",
        "haproxy include",
        "haproxy lua",
        "demo",
        "completion"
      })
  void everyVerbExplainsItselfWithAnExample(String verb) {
    assertThat(run((verb + " --help").split(" "))).isZero();
    assertThat(out()).contains("landfall " + verb).contains("Example").contains("--json");
  }

  /** The wiring of this test has no journal that a signature could come from. */
  @Test
  void aStatementIsSignedWithNothingButTheKey(@TempDir Path folder) throws Exception {
    Path key = folder.resolve("ann.key");
    assertThat(run("key", "create", key.toString())).isZero();
    Path file = folder.resolve("go.statement");
    var at = Instant.parse("2026-03-01T12:00:00Z");
    var statement =
        new Statement(
            Statement.Verb.APPROVE,
            "shop",
            "go",
            "abc",
            Optional.empty(),
            "-",
            "ann",
            "business-owner",
            at,
            at.plusSeconds(60),
            "");
    Files.writeString(file, statement.text());
    assertThat(run("sign", file.toString(), "--key", key.toString())).isZero();
    var signed = new Statement.Signed(statement, KeyFile.read(key).key(), out().strip());
    assertThat(Signatures.holds(signed)).isTrue();
    Files.writeString(file, statement.text() + " ");
    assertThat(run("sign", file.toString(), "--key", key.toString())).isEqualTo(1);
    assertThat(err()).contains("it is not what landfall statement prints");
  }

  @Test
  void helpListsTheExitCodes() {
    run("--help");
    for (Exit exit : Exit.values()) {
      assertThat(out()).contains("  " + exit.number() + "  ");
    }
  }

  @Test
  void aRightFileEndsWithZeroAndAWrongOneWithOneAndAllItsMistakes() {
    assertThat(run("check", "examples/shop.yaml", "--offline")).isZero();
    assertThat(out()).contains("shop: 2 assets, 1 routes, file is right");
    assertThat(run("check", WRONG)).isEqualTo(1);
    assertThat(err().lines()).hasSizeGreaterThan(5).allMatch(line -> line.startsWith(WRONG));
  }

  @Test
  void withJsonEveryAnswerAndEveryErrorIsOneDocument() throws Exception {
    assertThat(run("check", "--json", "--offline", "examples/shop.yaml")).isZero();
    assertThat(json().path("workload").asText()).isEqualTo("shop");

    assertThat(run("check", "--json", WRONG)).isEqualTo(1);
    assertThat(json().at("/error/code").asText()).isEqualTo("file-invalid");
    assertThat(json().at("/error/mistakes/0/line").asInt()).isPositive();

    assertThat(run("status", "--json")).isZero();
    assertThat(json().at("/0/state").asText()).isEqualTo("staged");

    assertThat(run("promote", "--json")).isEqualTo(1);
    assertThat(json().at("/error/code").asText()).isEqualTo("cli-usage");

    assertThat(run("history", "shop", "--json")).isZero();
    assertThat(json().at("/0/by").asText()).isEqualTo("ann");

    assertThat(run("--json", "plan", "examples/shop.yaml")).isZero();
    assertThat(json().at("/legs/0/undo").asText()).isEqualTo("FREELY");
    assertThat(err()).isEmpty();
  }

  @Test
  void aFileWithoutGatesIsSaidToHaveNoneAndOneWithSomeIsNot() {
    assertThat(run("check", "examples/shop.yaml", "--offline")).isZero();
    assertThat(out()).contains("warns   gates: nothing but the technical checks gates this");
    assertThat(run("check", "examples/gated.yaml", "--offline")).isZero();
    assertThat(out()).doesNotContain("nothing but the technical checks");
  }

  @Test
  void readyEndsWithTwoAndSaysWhatToDoAndWhoCan() throws Exception {
    var todo = new Remedy("landfall gate run shop own", List.of("tom", "ann"));
    var item =
        new GateOperations.Item(
            "own",
            "It is so",
            List.of("R28"),
            "operations",
            "machine",
            "open",
            "not executed",
            Optional.empty(),
            true,
            List.of(),
            List.of(),
            List.of(todo));
    answers.report =
        new GateOperations.Report(
            "shop",
            true,
            "abc",
            "promote",
            List.of(item),
            0,
            List.of(),
            List.of("ann broke the glass"),
            false,
            Optional.empty());
    assertThat(run("ready", "shop")).isEqualTo(2);
    assertThat(out())
        .contains("shop: 0 % ready to promote, plan abc")
        .contains("ann broke the glass")
        .contains("own is open: not executed")
        .contains("landfall gate run shop own  [tom, ann]");
    assertThat(run("ready", "shop", "--json")).isEqualTo(2);
    assertThat(json().at("/gates/0/todo/0/who/0").asText()).isEqualTo("tom");
    assertThat(json().at("/ready").asBoolean()).isFalse();
    assertThat(run("gates", "shop")).isZero();
    assertThat(run("gates", "shop", "--gate", "other")).isEqualTo(1);
    assertThat(run("gates", "other")).isEqualTo(1);
    assertThat(run("ready", "other")).isEqualTo(1);
  }

  @Test
  void whatIsSignedIsSignedWithAKeyThatIsReadBeforeAnythingIsAsked() {
    assertThat(run("approve", "shop", "go", "--key", "/nowhere/ann.key")).isEqualTo(1);
    assertThat(err()).contains("cannot use the key /nowhere/ann.key");
    assertThat(run("decline", "shop", "go", "--key", "x")).as("without a reason").isEqualTo(1);
    assertThat(answers.asked).isEmpty();
    assertThat(run("gate", "attach", "shop", "go", "--statement", "it is done")).isZero();
    assertThat(answers.asked.getFirst()).startsWith("attach [it is done] to go of shop by ");
  }

  @Test
  void aPlanSaysAboutHowLongAStepTakesAndWhatThatComesFrom() throws Exception {
    assertThat(run("plan", "examples/shop.yaml")).isZero();
    assertThat(out()).contains("1. copy", "estimate: 2 h 10 min (9 GB)");

    assertThat(run("--json", "plan", "examples/shop.yaml")).isZero();
    assertThat(json().at("/legs/0/takes/basis").asText()).isEqualTo("9 GB");
  }

  @Test
  void wordsThatMakeNoOrderSayWhatIsNearest() {
    assertThat(run("promot", "x")).isEqualTo(1);
    assertThat(err()).startsWith("cannot run landfall: ").contains("did you mean", "promote");

    assertThat(run("rollback", "shop")).isEqualTo(1);
    assertThat(err()).contains("cannot run landfall rollback: missing required option");

    assertThat(run("demo", "--break", "everything")).isEqualTo(1);
    assertThat(run("demo", "--break", "kill,diverge")).isEqualTo(1);
    assertThat(run("demo", "--break", "kill", "--break", "diverge")).isEqualTo(1);
    assertThat(err()).contains("run the demo once for each");
    assertThat(run("demo", "--break", "kill")).isZero();
    assertThat(run("demo", "--gates")).isZero();
    assertThat(run("demo", "--gates", "--model", "staged")).isEqualTo(1);
    assertThat(run("demo", "--gates", "--break", "kill")).isEqualTo(1);
    assertThat(run("demo", "--model", "sideways")).isEqualTo(1);
    assertThat(run("demo", "--break", "errors")).isEqualTo(1);
    assertThat(err()).contains("errors is for --model flight");
    assertThat(run("demo", "--model", "flight", "--break", "errors")).isZero();
    assertThat(run("demo", "--model", "staged", "--break", "tail")).isEqualTo(1);
    assertThat(err()).contains("tail is for --model flight");
    assertThat(run("demo", "--model", "flight", "--break", "kill")).isEqualTo(1);
    assertThat(err()).contains("kill is for --model single-step or staged");
    assertThat(run("demo", "--model", "staged", "--break", "kill")).isZero();
    assertThat(run()).isEqualTo(1);
    assertThat(run("audit")).isEqualTo(1);
  }

  @Test
  void severingMustBeSaid() {
    assertThat(run("complete", "shop")).isEqualTo(1);
    assertThat(err()).contains("--sever");
    assertThat(answers.asked).isEmpty();

    assertThat(run("complete", "shop", "--sever")).isZero();
    assertThat(answers.asked).containsExactly("complete shop by ann: ");
  }

  @Test
  void givingASideUpMustBeSaidTwiceAndOfTheSameSide() {
    String[] order = {"give-up", "shop", "--side", "target", "--reason", "gone"};
    assertThat(run(order)).isEqualTo(1);
    assertThat(err()).contains("add --yes-lose target");
    assertThat(run(with(order, "--yes-lose", "source"))).isEqualTo(1);
    assertThat(run("give-up", "shop", "--side", "target", "--yes-lose", "target")).isEqualTo(1);
    assertThat(answers.asked).isEmpty();

    assertThat(run(with(order, "--yes-lose", "target"))).isZero();
    assertThat(answers.asked).containsExactly("give up the target of shop by ann: gone");
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void theEndOfAnOrderIsTheEndOfTheCommand() {
    for (Exit exit : Exit.values()) {
      answers.exit = exit;
      assertThat(run("rollback", "shop", "--reason", "slow")).isEqualTo(exit.number());
    }
    assertThat(answers.asked).contains("rollback shop by ann: slow");
  }

  @Test
  void aVerbThatLeavesLinksToNobodySaysWhatTheyCostAndHowToKeepAController() throws Exception {
    run("pause", "shop");
    assertThat(out()).doesNotContain("controller");
    answers.unattended = true;
    run("pause", "shop", "--data", "/var/lib/landfall");
    assertThat(out())
        .contains("keep log for the slots")
        .contains("landfall controller --data /var/lib/landfall");
    run("pause", "shop", "--json");
    assertThat(json().path("unattended").asBoolean()).isTrue();
  }

  @Test
  void whoIsToldToStopWaitingSaysThatTheOrderStaysAndWhatTheLinksCost() {
    Path data = Path.of(".landfall");
    assertThat(Leaving.words(Answers.STAGED, data))
        .startsWith("stopped waiting for shop while it was staged; the order is in the history")
        .endsWith("keep one running: landfall controller");
    assertThat(Leaving.words(in("registered"), data)).doesNotContain("slots");
    assertThat(Leaving.words(in("registered, paused"), data)).doesNotContain("slots");
    assertThat(Leaving.words(in("completed"), data)).doesNotContain("slots");
    assertThat(Leaving.words(in("on without the source"), data)).doesNotContain("slots");
    assertThat(Leaving.words(in("on without the target"), data)).doesNotContain("slots");
    assertThat(Leaving.words(in("giving up the target"), data)).contains("slots");
    assertThat(Leaving.words(in("completing"), data)).contains("slots");
  }

  private static Operations.Status in(String state) {
    var status = Answers.STAGED;
    return new Operations.Status(
        status.workload(),
        state,
        status.goal(),
        status.since(),
        status.users(),
        status.owner(),
        status.waits(),
        status.trouble(),
        status.measures());
  }

  @Test
  void theEndOfAnOrderBearsItsNumberInJsonAsAnErrorDoes() throws Exception {
    answers.exit = Exit.BLOCKED;
    assertThat(run("pause", "shop", "--json")).isEqualTo(2);
    assertThat(json().path("exit").asInt()).isEqualTo(2);
    assertThat(json().path("message").asText()).isEqualTo("it is done");
  }

  @Test
  void aRouterIsNotStartedOnWhatIsNoAddressOrNoReference() {
    assertThat(run("router", "--listen", "foo")).isEqualTo(1);
    assertThat(err()).contains("--listen looks like 127.0.0.1:8080, not \"foo\"");
    assertThat(run("router", "--listen", "127.0.0.1:65536")).isEqualTo(1);
    assertThat(run("router", "--control", "127.0.0.1:99999")).isEqualTo(1);

    assertThat(run("router", "--token", "hunter2-hunter2-hunter2")).isEqualTo(1);
    assertThat(err()).contains("--token looks like env:NAME").doesNotContain("hunter2");
    assertThat(run("router", "--token", "env:TOKEN")).isZero();
  }

  @Test
  void whatIsOutsideAndCannotBeReachedEndsWithFive() throws Exception {
    answers.broken = true;
    assertThat(run("status")).isEqualTo(5);
    assertThat(err()).isEqualTo("cannot open the state: it is gone; bring it back\n");

    assertThat(run("status", "--json")).isEqualTo(5);
    assertThat(json().at("/error/code").asText()).isEqualTo("cli-unknown-workload");
  }

  @Test
  void aFindingThatBlocksEndsWithTwo() {
    answers.findings.add(
        new Finding(Finding.Severity.BLOCKS, "x-y", "orders: source", "no keys", "add one"));

    assertThat(run("check", "examples/shop.yaml")).isEqualTo(2);
    assertThat(out()).contains("blocks  orders: source: no keys", "add one  [x-y]");
  }

  @Test
  void aHistoryThatWasChangedEndsWithFour() {
    assertThat(run("audit", "verify")).isZero();
    assertThat(out()).contains("7 events, nothing changed, head abc");
    answers.fault = Optional.of("entry 3 was changed");
    assertThat(run("audit", "verify")).isEqualTo(4);
    assertThat(err()).contains("entry 3 was changed");
  }

  @Test
  void anUnknownWorkloadNamesTheKnownOnes() {
    assertThat(run("status", "shp")).isEqualTo(1);
    assertThat(err()).contains("knows shop");
  }

  @Test
  void theScriptOfCompletionKnowsEveryVerb() {
    assertThat(run("completion")).isZero();
    assertThat(out()).contains("complete -F", "rollback", "--until", "audit");
  }

  @Test
  void progressIsALineForEachStateWithoutATerminalAndOneLineOnIt() {
    run("promote", "examples/shop.yaml");
    assertThat(out().lines().toList())
        .containsExactly(
            "shop: staged, copied 41 %, rate 1.5 MB/s; waits for lag below 2s", "shop: it is done");

    execute(Map.of("USER", "ann", "COLUMNS", "30"), true, "promote", "examples/shop.yaml");
    assertThat(out()).contains("\r\033[K").contains("\033[1mshop\033[0m: it is done");
    assertThat(out().replaceAll("\033\\[K|\r", "\n").lines()).allMatch(line -> line.length() < 40);

    execute(Map.of("USER", "ann", "NO_COLOR", "1"), true, "promote", "examples/shop.yaml");
    assertThat(out()).doesNotContain("\033[1m", "\033[32m");
  }

  @Test
  void testsOfARehearsalNeedAProgramARoleAndATimeToEnd() {
    assertThat(run("rehearse", "shop", "--run", "/x/tests", "--as", "shop_app")).isZero();
    assertThat(answers.asked).contains("/x/tests as shop_app within PT30M");
    assertThat(run("rehearse", "shop", "--run", "/x/tests")).isEqualTo(1);
    assertThat(err()).contains("--run needs --as");
    assertThat(run("rehearse", "shop", "--as", "shop_app")).isEqualTo(1);
    assertThat(run("rehearse", "shop", "--run", "/x", "--as", "a", "--run-minutes", "0"))
        .isEqualTo(1);
  }

  @Test
  void aFaultOfOurOwnIsSaidAsOne() {
    answers.fails = true;
    assertThat(run("status")).isEqualTo(4);
    assertThat(err()).contains("a fault in Landfall itself").doesNotContain("\tat ", "cannot be");
    execute(Map.of("LANDFALL_TRACE", "1"), false, "status");
    assertThat(err()).contains("\tat dev.landfall.cli.").doesNotContain("this cannot be");
  }

  private static final String WRONG = "src/test/resources/workload-files/wrong/limits.yaml";

  private int run(String... args) {
    return execute(Map.of("USER", "ann"), false, args);
  }

  private int execute(Map<String, String> environment, boolean terminal, String... args) {
    out.reset();
    err.reset();
    return new Cli(answers, stream(out), stream(err), environment, terminal).execute(args);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() throws Exception {
    assertThat(out().lines()).hasSize(1);
    return new ObjectMapper().readTree(out());
  }
}
