package dev.landfall.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A walk through mutilated files: whatever comes in, an answer comes out. */
class WorkloadFileFuzzTest {
  private static final int FILES = 20_000;
  private static final String SIGNS = "{}[]:,&*!|>'\"%@`#-? \t\n\r\\~<=.0\u0000\u0085\uFEFF\u2028";
  private static final List<String> PIECES =
      List.of(
          "&a ",
          "*a",
          "<<: ",
          "!!binary ",
          "!<x> ",
          "--- ",
          "...",
          "? ",
          "- ",
          "%YAML 9.9\n",
          "%TAG ! x\n",
          "\"\\U00110000\"",
          "\"\\ud800\"",
          "|9\n",
          ">-\n",
          "null",
          "~",
          "1e999",
          "0x7fffffffffffffff",
          "99999999999d",
          "\uD83D\uDE80",
          "[[[[[[[[[[[[[[[[[[[[[[");

  @Test
  void noMutilatedFileBringsAnythingButMistakes() throws Exception {
    var good = goodFiles();
    for (int seed = 0; seed < FILES; seed++) {
      byte[] content = mutilated(good, new SplittableRandom(seed));
      try {
        var read = WorkloadFile.parse("fuzz.yaml", content);
        if (read instanceof WorkloadFile.Wrong wrong) {
          assertThat(wrong.mistakes()).as("seed %d", seed).isNotEmpty();
        }
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(
            "seed " + seed + ": " + new String(content, StandardCharsets.UTF_8), e);
      }
    }
  }

  private static List<byte[]> goodFiles() throws Exception {
    var good = new ArrayList<byte[]>();
    for (String folder : List.of("examples", "src/test/resources/workload-files/wrong")) {
      try (var files = Files.list(Path.of(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
          good.add(Files.readAllBytes(file));
        }
      }
    }
    return good;
  }

  private static byte[] mutilated(List<byte[]> good, SplittableRandom random) {
    byte[] content = good.get(random.nextInt(good.size()));
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      content = changed(content, random);
    }
    return content;
  }

  private static byte[] changed(byte[] content, SplittableRandom random) {
    int at = random.nextInt(content.length + 1);
    int end = Math.min(content.length, at + random.nextInt(12));
    return switch (random.nextInt(5)) {
      case 0 -> joined(content, at, new byte[] {(byte) random.nextInt(256)}, at);
      case 1 -> joined(content, at, new byte[0], end);
      case 2 -> joined(content, at, bytes(SIGNS.charAt(random.nextInt(SIGNS.length()))), end);
      case 3 -> joined(content, at, bytes(PIECES.get(random.nextInt(PIECES.size()))), at);
      default -> joined(content, at, Arrays.copyOfRange(content, 0, end), at);
    };
  }

  private static byte[] bytes(Object text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] content, int head, byte[] middle, int tail) {
    var out = new ByteArrayOutputStream();
    out.write(content, 0, head);
    out.writeBytes(middle);
    out.write(content, tail, content.length - tail);
    return out.toByteArray();
  }
}
