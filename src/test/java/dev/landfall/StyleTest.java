package dev.landfall;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every source file is formatted by google-java-format. To format instead of to complain: {@code
 * ./verify --format}.
 */
class StyleTest {
  private static final List<Path> ROOTS =
      List.of(Path.of("src/main/java"), Path.of("src/test/java"), Path.of("src/bench/java"));

  @Test
  void everySourceFileIsFormatted() throws Exception {
    boolean write = Boolean.getBoolean("landfall.format");
    var formatter = new Formatter();
    var wrong = new ArrayList<Path>();
    for (Path file : sources()) {
      String found = Files.readString(file);
      String wanted =
          formatter.formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(found),
                  JavaFormatterOptions.Style.GOOGLE));
      if (!wanted.equals(found)) {
        wrong.add(file);
        if (write) {
          Files.writeString(file, wanted);
        }
      }
    }
    if (!write) {
      assertThat(wrong).as("files that ./verify --format would change").isEmpty();
    }
  }

  private static List<Path> sources() throws Exception {
    var all = new ArrayList<Path>();
    for (Path root : ROOTS) {
      if (Files.isDirectory(root)) {
        try (var files = Files.walk(root)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
        }
      }
    }
    return all;
  }
}
