package dev.landfall.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.landfall.TestJava;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Does what a page of the guides says, letter by letter, in a shell. */
final class Guide {
  private static final Pattern BLOCK = Pattern.compile("(?s)```sh\n(.*?)```");
  private static final Pattern ENDS = Pattern.compile("# ends with (\\d)");
  private static final int MINUTES_MAX = 8;

  private final Path folder;
  private final Map<String, String> environment;

  /**
   * Makes a reader who sits in a folder.
   *
   * @param environment what the reader has exported
   */
  Guide(Path folder, Map<String, String> environment) throws IOException {
    this.folder = folder;
    this.environment = Map.copyOf(environment);
    Path program = Files.createDirectories(folder.resolve("bin")).resolve("landfall");
    Files.writeString(
        program,
        "#!/bin/sh\nexec %s -jar '%s' \"$@\"\n"
            .formatted(TestJava.shell(Landfall.java()), Landfall.JAR));
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  /** The blocks of commands under a heading of the second level. */
  static List<String> blocks(Path page, String heading) throws IOException {
    return Pattern.compile("(?m)^## ")
        .splitAsStream(Files.readString(page))
        .filter(part -> part.startsWith(heading + "\n"))
        .flatMap(part -> BLOCK.matcher(part).results().map(each -> each.group(1)))
        .toList();
  }

  /** All blocks of a page. */
  static List<String> blocks(Path page) throws IOException {
    return BLOCK.matcher(Files.readString(page)).results().map(each -> each.group(1)).toList();
  }

  /** Does what stands under a heading; each command ends with 0, or as its comment says. */
  void follow(Path page, String heading) throws Exception {
    List<String> blocks = blocks(page, heading);
    assertThat(blocks).as("commands of %s under %s", page, heading).isNotEmpty();
    for (String block : blocks) {
      run(page + ", " + heading, block);
    }
  }

  /** What a block prints. */
  String run(String where, String block) throws Exception {
    var script = new StringBuilder("exec 3> codes\n");
    List<String> commands = block.lines().filter(line -> !line.isBlank()).toList();
    commands.forEach(line -> script.append(line).append("\necho $? >&3\n"));
    Path out = folder.resolve("out.txt");
    var builder =
        new ProcessBuilder("bash", "-c", script.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    builder.environment().merge("PATH", folder.resolve("bin") + ":", (old, own) -> own + old);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as(where + " ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(out);
    List<String> codes = Files.readAllLines(folder.resolve("codes"));
    for (int i = 0; i < commands.size(); i++) {
      var ends = ENDS.matcher(commands.get(i));
      assertThat(codes.get(i))
          .as("%s: %s%n%s", where, commands.get(i), said)
          .isEqualTo(ends.find() ? ends.group(1) : "0");
    }
    return said;
  }
}
