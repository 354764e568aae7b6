package dev.landfall.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipInputStream;

/**
 * What nobody may find again in anything that Landfall writes: people's data and secrets, each told
 * from all others. What people and their programs bring as evidence may be there, and only there.
 */
final class Planted {
  /** Where evidence is, in a data folder and in an archive. */
  private static final String EVIDENCE = "evidence/";

  private final Map<String, String> told = new LinkedHashMap<>();
  private final Set<String> brought = new TreeSet<>();

  /** Something that may be nowhere; the answer is it. */
  String nowhere(String name, String value) {
    told.put(name, value);
    return value;
  }

  /** Something that is kept as it is among the evidence, and is told nowhere else. */
  String asEvidence(String name, String value) {
    brought.add(name);
    return nowhere(name, value);
  }

  /** The names of all that may be nowhere at all. */
  Set<String> secrets() {
    var names = new TreeSet<>(told.keySet());
    names.removeAll(brought);
    return names;
  }

  /**
   * Each place in which something stands that may not.
   *
   * @param given what Landfall did not write; not looked into
   */
  List<String> in(Path folder, Set<Path> given) throws IOException {
    var found = new ArrayList<String>();
    for (Path file : files(folder, given)) {
      String name = folder.relativize(file).toString();
      byte[] content = Files.readAllBytes(file);
      if (name.endsWith(".zip")) {
        inArchive(name, content, found);
      } else {
        look(name, content, found);
      }
    }
    return found;
  }

  /** What is among the evidence of a data folder. */
  Set<String> inEvidence(Path folder) throws IOException {
    var found = new TreeSet<String>();
    for (Path file : files(folder.resolve(EVIDENCE), Set.of())) {
      String text = text(Files.readAllBytes(file));
      told.forEach((name, value) -> {
        if (text.contains(bytes(value))) {
          found.add(name);
        }
      });
    }
    return found;
  }

  private static List<Path> files(Path folder, Set<Path> given) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> given.stream().noneMatch(file::startsWith))
          .sorted()
          .toList();
    }
  }

  private void inArchive(String name, byte[] content, List<String> found) throws IOException {
    try (var zip = new ZipInputStream(new ByteArrayInputStream(content))) {
      int entries = 0;
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries++;
        look(name + "!" + entry.getName(), entry.getName().getBytes(StandardCharsets.UTF_8), found);
        look(name + "!" + entry.getName(), zip.readAllBytes(), found);
      }
      if (entries == 0) {
        found.add(name + ": it has nothing that could be looked into");
      }
    }
  }

  private void look(String place, byte[] content, List<String> found) {
    String text = text(content);
    boolean evidence = place.contains(EVIDENCE);
    told.forEach((name, value) -> {
      if (!(evidence && brought.contains(name)) && forms(value).stream().anyMatch(text::contains)) {
        found.add(place + ": " + name);
      }
    });
  }

  /** As it is, and as programs write things that they send or quote. */
  private static Set<String> forms(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new TreeSet<>(
        List.of(
            bytes(value),
            bytes(value.replace("\"", "\\\"").replace("\n", "\\n")),
            URLEncoder.encode(value, StandardCharsets.UTF_8),
            Base64.getEncoder().withoutPadding().encodeToString(bytes)));
  }

  private static String bytes(String value) {
    return text(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A character for each byte. */
  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}
