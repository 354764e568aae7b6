package dev.landfall.adapter.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A host of the test's own: a network namespace, gone with the test. */
final class Host implements AutoCloseable {
  private final String name;
  private final List<Process> processes = new ArrayList<>();

  Host(String name) {
    this.name = name;
    ip("netns", "add", name);
    run("ip", "link", "set", "lo", "up");
    // Addresses of the host itself are to be usable at once.
    run("sysctl", "-q", "-w", "net.ipv6.conf.default.accept_dad=1");
  }

  String name() {
    return name;
  }

  /** Runs a command in it and gives what it printed. */
  String run(String... command) {
    return finish(inside(command));
  }

  /** Runs {@code ip} where the test itself is. */
  static String ip(String... words) {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    return finish(command);
  }

  /**
   * Makes a pair of interfaces, one where the test itself is and one in a host.
   *
   * @return false when there is one of the first name already; the kernel gives each name once,
   *     whichever process asks
   */
  static boolean madePair(String here, String there, Host host) {
    var command =
        List.of(
            "ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", host.name);
    Ended ended = ended(command);
    if (ended.said.contains("File exists")) {
      return false;
    }
    isDone(command, ended);
    return true;
  }

  private List<String> inside(String... command) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(command));
    return all;
  }

  private record Ended(int code, String said) {}

  private static String finish(List<String> command) {
    Ended ended = ended(command);
    isDone(command, ended);
    return ended.said;
  }

  private static void isDone(List<String> command, Ended ended) {
    assertThat(ended.code)
        .as("%s: %s (network namespaces need root and CAP_NET_ADMIN)", command, ended.said)
        .isZero();
  }

  private static Ended ended(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Ended(process.waitFor(), said);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts a process in it, which ends with the host. */
  Process start(String... command) throws IOException {
    Process process =
        new ProcessBuilder(inside(command)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    return process;
  }

  /** A main class of the tests, in a Java of little memory. */
  Process java(Class<?> main, String... arguments) throws IOException {
    return java(List.of(), main, arguments);
  }

  /**
   * The same, started by another program.
   *
   * @param by that program with its arguments; empty for none
   */
  Process java(List<String> by, Class<?> main, String... arguments) throws IOException {
    var command = new ArrayList<>(by);
    command.addAll(
        TestJava.command(
            main,
            "-Xmx48m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of(arguments));
    return start(command.toArray(String[]::new));
  }

  static void end(Process process) {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      end(process);
    }
    ip("netns", "del", name);
  }
}
