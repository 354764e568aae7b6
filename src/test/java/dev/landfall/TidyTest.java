package dev.landfall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a reader of the sources may rely on, and no compiler checks. */
class TidyTest {
  private static final int LINES_MAX = 450;

  // Put together here, so that this file does not hold what it looks for.
  private static final Pattern LEFT_OVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w./-])/(ro" + "ot|wo" + "rk|tmp/wt|home/\\w+)(/|\\b(?!\\.))");

  @Test
  void everyPackageSaysWhatLivesInItAndIsNullMarked() throws Exception {
    var missing = new ArrayList<Path>();
    for (Path folder :
        files("src/main/java", ".java").stream().map(Path::getParent).distinct().toList()) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info)
          || !Files.readString(info).contains("@NullMarked")
          || !Files.readString(info).startsWith("/**")) {
        missing.add(folder);
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void noSourceFileIsTooLongToReadWithoutAReasonInIt() throws Exception {
    var tooLong = new ArrayList<String>();
    for (Path file : files("src", ".java")) {
      String text = Files.readString(file);
      long count = text.lines().count();
      if (count > LINES_MAX && !text.contains("<p>Longer than the rule, because ")) {
        tooLong.add(file + ": " + count);
      }
    }
    assertThat(tooLong).as("files of more than %d lines", LINES_MAX).isEmpty();
  }

  @Test
  void nothingIsLeftForLaterAndNoPathOfOneMachineIsLeft() throws Exception {
    var found = new ArrayList<String>();
    for (Path file : texts()) {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (LEFT_OVER.matcher(line).find() || MACHINE_PATH.matcher(line).find()) {
          found.add(file + ":" + number + ": " + line.strip());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static List<Path> texts() throws Exception {
    var all = new ArrayList<Path>();
    for (String ending : List.of(".java", ".xml", ".properties", ".json")) {
      all.addAll(files("src", ending));
    }
    for (String folder : List.of("docs", "examples")) {
      for (String ending : List.of(".md", ".yaml", ".json")) {
        all.addAll(files(folder, ending));
      }
    }
    for (String name :
        List.of(
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "pom.xml",
            "landfall",
            "verify",
            ".ci/run")) {
      if (Files.exists(Path.of(name))) {
        all.add(Path.of(name));
      }
    }
    return all;
  }

  private static List<Path> files(String folder, String ending) throws Exception {
    if (!Files.isDirectory(Path.of(folder))) {
      return List.of();
    }
    try (var files = Files.walk(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
