package dev.landfall;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The Java that runs the tests, for the programs that they start beside them. */
public final class TestJava {
  private TestJava() {}

  /**
   * The beginning of a command: the program, the folder that the tests have for what is temporary,
   * as one that is killed leaves there what it had, and what else is given.
   */
  public static List<String> command(String... options) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.addAll(List.of(options));
    return command;
  }

  /** The same, up to a class of the program or of its tests, whose arguments are to follow. */
  public static List<String> command(Class<?> main, String... options) {
    List<String> command = command(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /** A command as a shell reads it. */
  public static String shell(List<String> command) {
    return command.stream()
        .map(each -> "'" + each.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
