package dev.landfall.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.landfall.TestJava;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The packaged program as anybody uses it: by its command line, each verb a process of its own. */
final class Landfall {
  /** A verb that takes longer is stuck; no test waits for anything near it. */
  private static final Duration VERB_MAX = Duration.ofMinutes(2);

  static final Path JAR = Path.of("target/landfall.jar").toAbsolutePath();
  private static final Path TEST_CLASSES = Path.of("target/test-classes").toAbsolutePath();
  private static final String MAIN = "dev.landfall.app.Main";
  private static final String HALTING = "dev.landfall.app.HaltingMain";
  private static final String FREEZING = "dev.landfall.app.FreezingMain";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> wrapper;
  private final AtomicInteger count;

  /**
   * Makes a caller.
   *
   * @param folder where it logs, and keeps its data in {@code state}
   * @param environment the secrets that workload files refer to
   */
  Landfall(Path folder, Map<String, String> environment) {
    this(folder, environment, List.of(), new AtomicInteger());
  }

  private Landfall(
      Path folder, Map<String, String> environment, List<String> wrapper, AtomicInteger count) {
    this.count = count;
    this.folder = folder;
    this.environment = Map.copyOf(environment);
    this.wrapper = List.copyOf(wrapper);
  }

  /** The same, but each verb is started by another command: in a place of its own. */
  Landfall through(String... command) {
    return new Landfall(folder, environment, List.of(command), count);
  }

  /** A verb that has ended. */
  record Ended(String verb, int code, String out, String err) {
    JsonNode json() {
      return Landfall.json(out);
    }

    /** The code of the error or of the refusal; empty when there was none. */
    String problem() {
      JsonNode answer = json();
      return answer.path("error").path("code").asText(answer.path("code").asText());
    }

    /** What it says to people. */
    String message() {
      JsonNode answer = json();
      return answer.path("error").path("message").asText(answer.path("message").asText());
    }

    @Override
    public String toString() {
      return verb + " ended with " + code + "\n" + out + err;
    }
  }

  /** A verb under way. */
  static final class Verb implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private Verb(String name, Process process, Path out, Path err) {
      this.name = name;
      this.process = process;
      this.out = out;
      this.err = err;
    }

    boolean running() {
      return process.isAlive();
    }

    long pid() {
      return process.pid();
    }

    /** Stops it where it is: it lives, keeps its connections and does nothing any more. */
    void freeze() throws IOException, InterruptedException {
      int code = new ProcessBuilder("kill", "-STOP", Long.toString(pid())).start().waitFor();
      if (code != 0) {
        throw new AssertionError("cannot freeze " + name + ": it has ended already");
      }
    }

    /** Kills it as {@code kill -9} does, and waits until it is gone. */
    void kill() throws InterruptedException {
      process.destroyForcibly();
      process.waitFor();
    }

    Ended ended() throws IOException, InterruptedException {
      return ended(VERB_MAX);
    }

    Ended ended(Duration timeMax) throws IOException, InterruptedException {
      if (!process.waitFor(timeMax.toSeconds(), TimeUnit.SECONDS)) {
        kill();
        throw new AssertionError(
            name + " is stuck; it said " + Files.readString(out) + Files.readString(err));
      }
      RUNNING.remove(process);
      return new Ended(name, process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Override
    public void close() throws InterruptedException {
      kill();
      RUNNING.remove(process);
    }
  }

  Verb start(String... arguments) throws IOException {
    return start(List.of(), MAIN, withData(arguments));
  }

  Ended run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).ended();
  }

  /**
   * Runs a verb in a process that halts, as if killed, at a step of the journal.
   *
   * @param when {@code before:TYPE} or {@code after:TYPE} of the event
   */
  Ended runHalting(String when, String... arguments) throws IOException, InterruptedException {
    return startHalting(when, arguments).ended();
  }

  /** The same, without waiting for it. */
  Verb startHalting(String when, String... arguments) throws IOException {
    return start(List.of("-Dlandfall.test.halt=" + when), HALTING, withData(arguments));
  }

  /**
   * Starts a verb that stops other processes when it gives an order.
   *
   * @param when {@code before:ORDER} or {@code after:ORDER}, as far as the text of an order
   * @param pid the process that is stopped, with its children
   */
  Verb startFreezing(String when, long pid, String... arguments) throws IOException {
    return start(
        List.of("-Dlandfall.test.freeze=" + when, "-Dlandfall.test.pid=" + pid),
        FREEZING,
        withData(arguments));
  }

  /** Starts a router. */
  Verb router(int port, int control) throws IOException {
    return start(
        List.of(),
        MAIN,
        List.of(
            "router",
            "--listen",
            "127.0.0.1:" + port,
            "--control",
            "127.0.0.1:" + control,
            "--state",
            folder.resolve("router.json").toString(),
            "--token",
            "env:ROUTER_TOKEN"));
  }

  /** Starts an agent that looks for others. */
  Verb probeAgent(int port, Path token) throws IOException {
    return start(
        List.of(),
        MAIN,
        List.of(
            "probe-agent",
            "--control",
            "127.0.0.1:" + port,
            "--token",
            "file:" + token,
            "--allow",
            "127.0.0.0/8"));
  }

  /** Starts it by all these words and no others, as a unit of systemd would. */
  Verb service(List<String> words) throws IOException {
    return start(List.of(), MAIN, words);
  }

  private List<String> withData(String... arguments) {
    var all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--data", folder.resolve("state").toString()));
    return all;
  }

  private Verb start(List<String> options, String main, List<String> arguments) throws IOException {
    var command = new ArrayList<>(wrapper);
    command.addAll(java());
    command.addAll(options);
    // None outlives the tests, not even when they are killed: it ends when its input does.
    command.addAll(List.of("-cp", classPath(main), "dev.landfall.demo.Tether", main));
    command.addAll(arguments);
    String name = "%03d-%s".formatted(count.incrementAndGet(), arguments.getFirst());
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    var builder = new ProcessBuilder(command).redirectOutput(out.toFile());
    builder.redirectError(err.toFile()).environment().putAll(environment);
    Process process = builder.start();
    RUNNING.add(process);
    return new Verb(String.join(" ", arguments), process, out, err);
  }

  /** A Java for a verb: small, and soon there. */
  static List<String> java() {
    return TestJava.command(
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED");
  }

  /** The program alone, as it is installed, but where a test's own class starts it. */
  private static String classPath(String main) {
    return main.equals(MAIN) ? JAR.toString() : JAR + File.pathSeparator + TEST_CLASSES;
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
