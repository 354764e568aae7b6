package dev.landfall.adapter.router;

import dev.landfall.TestJava;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A router in a process of its own, with little memory, that a test can kill. */
final class RouterProcess implements AutoCloseable {
  private final Process process;
  private final int port;
  private final int controlPort;

  private RouterProcess(Process process, int port, int controlPort) {
    this.process = process;
    this.port = port;
    this.controlPort = controlPort;
  }

  /** The process itself: port, control port, token, state file. */
  public static void main(String[] args) throws Exception {
    var server =
        RouterServer.start(
            RouterOptions.loopback(
                Integer.parseInt(args[0]), Integer.parseInt(args[1]), args[2], Path.of(args[3])));
    System.out.println("ports " + server.port() + " " + server.controlPort());
    Thread.currentThread().join();
  }

  static RouterProcess start(int port, int controlPort, String token, Path state) throws Exception {
    List<String> command =
        TestJava.command(
            RouterProcess.class, "-Xmx40m", "-XX:MaxDirectMemorySize=24m", "-XX:+UseSerialGC");
    command.addAll(
        List.of(String.valueOf(port), String.valueOf(controlPort), token, state.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith("ports ")) {
      process.destroyForcibly();
      throw new IllegalStateException("the router did not start: " + line);
    }
    String[] words = line.split(" ");
    return new RouterProcess(process, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
  }

  int port() {
    return port;
  }

  int controlPort() {
    return controlPort;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** SIGKILL: nothing is said, flushed or closed. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
